import type { Value } from "../../../engine/graph/graph.js";
import { cast } from "../../../engine/ops/cast.js";
import { expand } from "../../../engine/ops/expand.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { mul } from "../../../engine/ops/mul.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { transpose } from "../../../engine/ops/transpose.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import type { Initializer } from "../../initializers/initializer.js";
import { zeros } from "../../initializers/zeros.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import {
  Layer,
  type LayerFunction,
  type LayerOptions,
  layerFunction,
  type MultiOutputFunction,
  multiOutputFunction,
} from "../base/layer.js";
import { type LayerMaker, layerMaker } from "../base/layerMaker.js";
import { activityLoss, describeInput, expectRank, knownSize, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import { recurrentInput } from "./recurrentInput.js";
import { type LoopResult, recurrentLoop, type Step } from "./recurrentLoop.js";
import type { RecurrentOptions, RecurrentSettings } from "./recurrentSettings.js";

interface CellVariables {
  readonly kernel: Variable;
  readonly recurrentKernel: Variable;
  readonly bias: Variable | undefined;
}

/** The weights of a recurrent layer in a graph. */
export interface CellWeights {
  /** `[features, gates · units]` */
  readonly kernel: Value;
  /** `[units, gates · units]` */
  readonly recurrentKernel: Value;
  readonly bias: Value | undefined;
}

/** A cell's weights as its step uses them. */
export interface PreparedCell {
  /** What is added to the product of input and kernel: `[gates · units]`. */
  readonly inputBias: Value | undefined;
  /** One step, from the inputs' part of the sums, `[batch, gates · units]`. */
  readonly step: Step;
}

/** What `simpleRNN`, `gru` and `lstm` have in common as functions. */
export interface RecurrentFactory<
  L extends Recurrent = Recurrent,
  O extends RecurrentOptions = RecurrentOptions,
> {
  (options: O & { readonly returnState: true }): MultiOutputFunction<L>;
  (options: O & { readonly returnState?: false | undefined }): LayerFunction<L>;
}

/** The function that makes a recurrent layer. */
export function recurrentMaker<L extends Recurrent, O extends RecurrentOptions>(
  Made: new (options: O) => L,
): LayerMaker<RecurrentFactory<L, O>> {
  const make = (options: O): LayerFunction<L> | MultiOutputFunction<L> => {
    const layer = new Made(options);
    return layer.settings.returnState ? multiOutputFunction(layer) : layerFunction(layer);
  };
  return layerMaker(Made, { make: make as RecurrentFactory<L, O> });
}

/**
 * What all recurrent layers share: the loop over time, masks, states, dropout. A subclass is a cell: the shapes
 * of its weights, and one step.
 *
 * Takes `[batch, time, features]`, and optionally one `[batch, units]` for each state to begin with.
 */
export abstract class Recurrent<S extends RecurrentSettings = RecurrentSettings> extends Layer {
  readonly settings: S;
  #weights: CellVariables | undefined;
  #states: readonly Variable[] = [];

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: LayerOptions, settings: S) {
    super(options);
    this.settings = settings;
  }

  /** How many blocks of `units` columns the kernels have. */
  protected abstract readonly gates: number;
  /** The states' names; the first is the output too. */
  protected abstract readonly stateNames: readonly string[];
  /**
   * Emits what a step needs once, outside of the loop.
   *
   * @param drop drops units of a state, in training with recurrent dropout
   */
  protected abstract prepare(weights: CellWeights, drop: (state: Value) => Value): PreparedCell;
  /** A layer with the same options that goes through time the other way. */
  abstract turned(name: string | undefined): Recurrent;

  protected biasShape(): Shape {
    return [this.gates * this.settings.units];
  }

  protected biasInitializer(): Initializer {
    return this.settings.biasInitializer;
  }

  get config(): Config {
    return settingsConfig({ ...(this.settings as RecurrentSettings) });
  }

  get stateCount(): number {
    return this.stateNames.length;
  }

  protected override check([x, ...states]: readonly OpenType[]): void {
    if (x === undefined) throw this.error("expected an input, received none");
    expectRank(this, x, ["batch", "time", "features"]);
    const features = knownSize(this, x, 2);
    const known = this.#weights?.kernel.shape[0] ?? features;
    if (features !== known) {
      throw this.error(`was made for ${known} features and shares its weights, received ${describeInput(x)}`);
    }
    if (this.settings.stateful && x.shape[0] === null) {
      throw this.error(
        "a stateful layer needs a fixed size of the batch, for example input({ shape, batchSize: 32 }), " +
          `received ${describeInput(x)}`,
      );
    }
    this.#checkStates(states);
  }

  #checkStates(states: readonly OpenType[]): void {
    const { units } = this.settings;
    const names = this.stateNames.join(", ");
    if (states.length !== 0 && states.length !== this.stateCount) {
      throw this.error(
        `expected the inputs x or x, ${names} (one for each state), received ${states.length + 1} inputs`,
      );
    }
    states.forEach((state, index) => {
      if (state.shape.length === 2 && state.shape[1] === units) return;
      throw this.error(
        `expected state ${this.stateNames[index]} as [batch, ${units}], received ${describeInput(state)}`,
      );
    });
  }

  protected override build([x]: readonly [OpenType, ...OpenType[]]): void {
    const { settings, gates } = this;
    const { units } = settings;
    const kernel = this.addWeight({
      name: "kernel",
      shape: [x.shape[2] as number, gates * units],
      initializer: settings.kernelInitializer,
      regularizer: settings.kernelRegularizer,
      constraint: settings.kernelConstraint,
    });
    const recurrentKernel = this.addWeight({
      name: "recurrentKernel",
      shape: [units, gates * units],
      initializer: settings.recurrentInitializer,
      regularizer: settings.recurrentRegularizer,
      constraint: settings.recurrentConstraint,
    });
    const bias = settings.useBias
      ? this.addWeight({
          name: "bias",
          shape: this.biasShape(),
          initializer: this.biasInitializer(),
          regularizer: settings.biasRegularizer,
          constraint: settings.biasConstraint,
        })
      : undefined;
    this.#weights = { kernel, recurrentKernel, bias };
    if (!settings.stateful) return;
    const shape = [x.shape[0] as number, units];
    this.#states = this.stateNames.map((name) =>
      this.addWeight({ name, shape, initializer: zeros(), trainable: false, isState: true }),
    );
  }

  override get isStateful(): boolean {
    return this.settings.stateful;
  }

  /** Sets the states of a stateful layer to zeros, as before the first batch. */
  override resetStates(): void {
    for (const state of this.#states) {
      state.value = new Tensor(
        "float32",
        state.shape,
        new Float32Array(state.shape.reduce((a, b) => a * b, 1)),
      );
    }
  }

  call(inputs: readonly Value[], context: CallContext): Value | readonly Value[] {
    return this.#emit(inputs, context, false);
  }

  /**
   * Like `call`, but each output of a sequence stands where its input does, even when going backwards, and is
   * zero where its input is masked: what two directions need to be merged.
   */
  callInPlace(inputs: readonly Value[], context: CallContext): Value | readonly Value[] {
    return this.#emit(inputs, context, true);
  }

  #emit(inputs: readonly Value[], context: CallContext, inPlace: boolean): Value | readonly Value[] {
    const { returnSequences, returnState, activityRegularizer } = this.settings;
    const { last, all, states } = this.#loop(inputs, context, inPlace);
    const output = returnSequences ? transpose(all as Value, [1, 0, 2]) : last;
    if (activityRegularizer !== undefined) context.addLoss(activityLoss(activityRegularizer, output));
    this.#states.forEach((variable, index) => {
      context.update(variable, states[index] as Value);
    });
    return returnState ? [output, ...states] : output;
  }

  #loop([x, ...given]: readonly Value[], context: CallContext, inPlace: boolean): LoopResult {
    const { units, goBackwards, returnSequences, unroll } = this.settings;
    const input = x as Value;
    const zero = expand(context.graph.scalar(0, input.dtype), [input.size(0), units]);
    const kept = this.#states.map((variable) => context.weight(variable));
    const first = given.length > 0 ? given : kept;
    const weights = this.#cellWeights(context);
    const cell = this.prepare(weights, this.#stateDropout(context, input.size(0)));
    const { sequence, element } = recurrentInput(
      this.#dropInputs(input, context),
      weights.kernel,
      cell.inputBias,
    );
    const mask = context.masks[0];
    return recurrentLoop({
      sequence,
      states: first.length > 0 ? first : this.stateNames.map(() => zero),
      step: (at, states) => cell.step(element(at), states),
      mask: mask && reshape(transpose(mask), [...sequence.shape.slice(0, 2), 1]),
      before: mask !== undefined && first.length > 0 ? zero : undefined,
      zeroMasked: inPlace && returnSequences,
      reverse: goBackwards,
      reverseOutputs: inPlace && goBackwards,
      stack: returnSequences,
      unroll,
    });
  }

  #cellWeights(context: CallContext): CellWeights {
    const { kernel, recurrentKernel, bias } = this.#weights as CellVariables;
    return {
      kernel: context.weight(kernel),
      recurrentKernel: context.weight(recurrentKernel),
      bias: bias && context.weight(bias),
    };
  }

  #dropInputs(x: Value, context: CallContext): Value {
    const kept = dropoutMask(context, this.settings.dropout, [x.size(0), 1, x.size(2)]);
    return kept === undefined ? x : mul(x, kept);
  }

  #stateDropout(context: CallContext, batch: number): (state: Value) => Value {
    const kept = dropoutMask(context, this.settings.recurrentDropout, [batch, this.settings.units]);
    return (state) => (kept === undefined ? state : mul(state, kept));
  }

  override mask(_inputs: readonly Value[], context: CallContext): readonly (Value | undefined)[] {
    const { returnSequences, returnState } = this.settings;
    const own = returnSequences ? context.masks[0] : undefined;
    return returnState ? [own, ...this.stateNames.map(() => undefined)] : [own];
  }
}

/** 0 for what is dropped, and for the rest the factor that keeps the expected sum. */
function dropoutMask(context: CallContext, rate: number, shape: Shape): Value | undefined {
  if (!context.training || rate === 0) return undefined;
  return mul(cast(greaterOrEqual(context.random(shape), rate), "float32"), 1 / (1 - rate));
}
