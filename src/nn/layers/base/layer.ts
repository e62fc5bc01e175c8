import { ImagoError, shown } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { toDtype } from "../../../engine/ops/composed/toDtype.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { type Tensor, type TensorLike, tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "./context.js";
import { inferOpenTypes } from "./inferOpenTypes.js";
import { LayerCall, type OpenType, SymbolicTensor } from "./symbolic.js";
import { Variable, type VariableOptions } from "./variable.js";

/** Options that every layer has. */
export interface LayerOptions {
  /** Shown in errors and summaries, and part of the names of the weights. Default: the layer's type, numbered by the model. */
  readonly name?: string | undefined;
  /** Whether training changes the weights. Default: true. */
  readonly trainable?: boolean | undefined;
}

/** A computation with weights. Two phases: `build` declares weights once, `call` emits operators at each call. */
export abstract class Layer {
  /** The name of the function that makes it, for example `dense`; saved models name layers by it. */
  abstract readonly type: string;
  /** The name the user gave; a model numbers layers without one. */
  readonly name: string | undefined;
  /** Whether training changes the weights. A change takes effect when the model is compiled. */
  trainable: boolean;
  readonly #variables: Variable[] = [];
  #built = false;

  constructor(options: LayerOptions) {
    // Checked where the layer reads its options; until then they may be anything.
    const { name, trainable = true } = options ?? {};
    this.name = name;
    this.trainable = trainable;
  }

  /** All options as JSON, defaults included, from which the layer can be made again. */
  abstract get config(): Config;

  /** Refuses inputs that the layer cannot take. Runs at every call, before `build`. Default: takes all. */
  protected check(_inputs: readonly OpenType[]): void {}

  /** Declares weights with `addWeight`, from the types of the inputs of the first call. */
  protected build(_inputs: readonly OpenType[]): void {}

  /**
   * The element types in which `call` takes inputs of the given ones; they are cast first, as Keras does. Default: those that they
   * have.
   */
  inputTypes(given: readonly DType[]): readonly DType[] {
    return given;
  }

  /** Emits the layer's operators. The inputs have concrete shapes, and the types that `inputTypes` says. */
  abstract call(inputs: readonly Value[], context: CallContext): Value | readonly Value[];

  /**
   * The masks of the outputs, which the layers behind receive. Default: the first input's mask, for a layer
   * that treats every step alone.
   */
  mask(
    _inputs: readonly Value[],
    context: CallContext,
    _outputs: readonly Value[],
  ): readonly (Value | undefined)[] {
    return [context.masks[0]];
  }

  /** What the layer itself keeps: weights, statistics and states, in the order in which Keras keeps them. */
  get ownVariables(): readonly Variable[] {
    return this.#variables;
  }

  /** Its own variables, then those of the layers inside. */
  get variables(): readonly Variable[] {
    return [...this.#variables, ...this.children.flatMap((child) => child.variables)];
  }

  /** Where inputs are ids, how many there are: they run from 0 to below it. Default: any numbers will do. */
  get inputLimit(): number | undefined {
    return undefined;
  }

  /**
   * Whether its graph may be another one at other sizes, not the same with other numbers: files of open sizes are then tried at many of
   * them, and refused where they differ. Default: false.
   */
  get branchesOnSizes(): boolean {
    return false;
  }

  /** The layers inside, for a layer that wraps others. */
  get children(): readonly Layer[] {
    return [];
  }

  /** What a layer inside is called in the paths of its weights. */
  childName(child: Layer): string {
    return child.name ?? child.type;
  }

  /** As errors name it: `dense "hidden"`, or `dense` without a name. */
  get label(): string {
    return this.name === undefined ? this.type : `${this.type} "${this.name}"`;
  }

  /** Declares a variable. Call it from `build` only. */
  protected addWeight(options: VariableOptions): Variable {
    const variable = new Variable(options);
    this.#variables.push(variable);
    return variable;
  }

  /** The types of the outputs for inputs with open dimensions. Default: found by tracing `call`. */
  outputTypes(inputs: readonly OpenType[]): readonly OpenType[] {
    return inferOpenTypes(this, inputs);
  }

  /** The types of the outputs for inputs of any element type. */
  typesFor(inputs: readonly OpenType[]): readonly OpenType[] {
    const dtypes = this.#dtypesFor(inputs);
    return this.outputTypes(inputs.map(({ shape }, index) => ({ dtype: dtypes[index] as DType, shape })));
  }

  /** Inputs of any element type as `call` and `mask` take them. */
  taken(inputs: readonly Value[]): readonly Value[] {
    const dtypes = this.#dtypesFor(inputs);
    return inputs.map((input, index) => toDtype(input, dtypes[index] as DType));
  }

  #dtypesFor(inputs: readonly { readonly dtype: DType }[]): readonly DType[] {
    return this.inputTypes(inputs.map(({ dtype }) => dtype));
  }

  /** Checks the inputs and, at the first call, makes the layer's weights. */
  ensureBuilt(inputs: readonly OpenType[]): void {
    this.check(inputs);
    if (this.#built) return;
    this.build(inputs);
    this.#built = true;
  }

  /** Whether it carries states from batch to batch, or a layer inside it does. */
  get isStateful(): boolean {
    return this.children.some((child) => child.isStateful);
  }

  /** Sets the states that it carries from batch to batch, and layers inside it, to zeros. */
  resetStates(): void {
    for (const child of this.children) child.resetStates();
  }

  /** Gives every variable that has no elements yet its first ones. */
  initialize(random: Generator): void {
    for (const variable of this.#variables) variable.initialize(random.split(variable.name));
    this.children.forEach((child, index) => {
      child.initialize(random.split(index));
    });
  }

  /** The elements of all variables, copied. */
  getWeights(): Tensor[] {
    return this.variables.map((variable) => variable.value.clone());
  }

  /**
   * Sets all variables.
   *
   * @throws when the number of tensors or one of their shapes differs
   */
  setWeights(weights: readonly TensorLike[]): void {
    const { variables } = this;
    if (weights.length !== variables.length) {
      const names = variables.map(({ name }) => name).join(", ");
      const hint = this.#built ? "" : " Call the layer on a tensor first, so that its weights exist.";
      throw this.error(`expected ${variables.length} weights (${names}), received ${weights.length}.${hint}`);
    }
    this.inErrors(() => {
      weights.forEach((weight, index) => {
        const variable = variables[index] as Variable;
        variable.value = tensor(weight, { dtype: variable.dtype }).clone();
      });
    });
  }

  /** Calls the layer on symbolic tensors. */
  apply(inputs: readonly SymbolicTensor[]): readonly SymbolicTensor[] {
    if (!Array.isArray(inputs) || !inputs.every((input) => input instanceof SymbolicTensor)) {
      throw this.error(
        `expected symbolic tensors, as input() and layers make them: one, or an array of them; received ${shown(inputs)}`,
      );
    }
    return this.inErrors(() => {
      this.ensureBuilt(inputs);
      return new LayerCall(this, inputs, this.typesFor(inputs)).outputs;
    });
  }

  /** An error that says which layer it is about. */
  error(message: string, options?: { cause: unknown }): ImagoError {
    return new ImagoError(`${this.label}: ${message}`, options);
  }

  /** Runs `work`; an error that names no layer yet is completed with this one. */
  inErrors<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ImagoError) || error instanceof LayerError) throw error;
      const message = error.message.startsWith(`${this.label}: `)
        ? error.message
        : `${this.label}: ${error.message}`;
      throw new LayerError(message, { cause: error });
    }
  }
}

/** An error that already says which layer it is about. */
class LayerError extends ImagoError {}

/** A layer as the user holds it: a function on symbolic tensors. */
export type LayerFunction<L extends Layer = Layer> = ((
  inputs: SymbolicTensor | readonly SymbolicTensor[],
) => SymbolicTensor) & { readonly layer: L };

/** A layer with several outputs. */
export type MultiOutputFunction<L extends Layer = Layer> = ((
  inputs: SymbolicTensor | readonly SymbolicTensor[],
) => readonly SymbolicTensor[]) & { readonly layer: L };

function asArray(inputs: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[] {
  return inputs instanceof SymbolicTensor ? [inputs] : inputs;
}

/** A layer as a function with one output. */
export function layerFunction<L extends Layer>(layer: L): LayerFunction<L> {
  return Object.assign(
    (inputs: SymbolicTensor | readonly SymbolicTensor[]) => layer.apply(asArray(inputs))[0] as SymbolicTensor,
    { layer },
  );
}

/** A layer as a function with several outputs. */
export function multiOutputFunction<L extends Layer>(layer: L): MultiOutputFunction<L> {
  return Object.assign((inputs: SymbolicTensor | readonly SymbolicTensor[]) => layer.apply(asArray(inputs)), {
    layer,
  });
}
