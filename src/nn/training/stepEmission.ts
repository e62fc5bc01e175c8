import type { Graph, Value } from "../../engine/graph/graph.js";
import { randomUniform } from "../../engine/ops/composed/randomUniform.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { TensorType } from "../../engine/tensor/tensor.js";
import type { CallContext } from "../layers/base/context.js";
import type { Variable } from "../layers/base/variable.js";
import { emitLoss } from "../losses/emitLoss.js";
import type { Loss } from "../losses/loss.js";
import type { Counted } from "../losses/reduceLoss.js";
import type { ModelVariable } from "../network/modelVariables.js";

/** The inputs that every step may have besides data and variables. */
export const hyperInputs = {
  /** Rate of this step: float32 scalar. */
  learningRate: "hyper/learningRate",
  /** Two random words, other ones at each step: uint32 vector. */
  random: "hyper/random",
} as const;

/** The input for one of the optimiser's factors: float32 scalar. */
export function factorInput(name: string): string {
  return `hyper/factor/${name}`;
}

/** The inputs and updates of variables while a step is emitted. */
export class StepEmission {
  readonly graph: Graph;
  readonly context: Omit<CallContext, "masks">;
  readonly losses: Value[] = [];
  readonly #variables: ReadonlyMap<Variable, ModelVariable>;
  readonly #values = new Map<string, Value>();
  /** What variables and slots become, by their paths. */
  readonly #next = new Map<string, Value>();
  #streams = 0;

  constructor(graph: Graph, variables: readonly ModelVariable[], training: boolean) {
    this.graph = graph;
    this.#variables = new Map(variables.map((entry) => [entry.variable, entry]));
    this.context = {
      graph,
      training,
      isFrozen: (variable) => this.#entry(variable).isFrozen,
      // A layer that is called twice goes on with what its first call made of a statistic or state.
      weight: (variable) => {
        const entry = this.#entry(variable);
        return this.#next.get(entry.path) ?? this.value(entry);
      },
      update: (variable, value) => this.replace(this.#entry(variable).path, value),
      random: (shape) => this.random(this.#streams++, shape),
      ofPart: (value) => this.ofPart(value),
      addLoss: (loss) => this.losses.push(this.added(loss, this.losses.length)),
    };
  }

  /** Uniform numbers; the stream tells apart the uses in one step. */
  protected random(stream: number, shape: Shape): Value {
    return randomUniform(this.hyper("random"), stream, shape);
  }

  /** Told of each statistic that a part of a batch may take by itself. */
  protected ofPart(_value: Value): void {}

  /** What of a loss that a layer adds, the `index`th, counts in the total. */
  protected added(loss: Value, _index: number): Value {
    return loss;
  }

  /** A scalar of the weights alone, as it counts in the total. */
  penalty(value: Value): Value {
    return value;
  }

  /** An output's loss. */
  headLoss(_name: string, loss: Loss, target: Value, prediction: Value, counted: Counted): Value {
    return emitLoss(loss, target, prediction, counted);
  }

  #entry(variable: Variable): ModelVariable {
    return this.#variables.get(variable) as ModelVariable;
  }

  input(path: string, type: TensorType): Value {
    let value = this.#values.get(path);
    if (value === undefined) {
      value = this.graph.input(path, type);
      this.#values.set(path, value);
    }
    return value;
  }

  value({ path, variable }: ModelVariable): Value {
    return this.input(path, variable);
  }

  hyper(name: keyof typeof hyperInputs): Value {
    const type: TensorType =
      name === "random" ? { dtype: "uint32", shape: [2] } : { dtype: "float32", shape: [] };
    return this.input(hyperInputs[name], type);
  }

  factor(name: string): Value {
    return this.input(factorInput(name), { dtype: "float32", shape: [] });
  }

  replace(path: string, value: Value): void {
    this.#next.set(path, value);
  }

  /** What was replaced, by its path. */
  get replaced(): ReadonlyMap<string, Value> {
    return this.#next;
  }

  /** Declares an output for everything that was replaced; gives the paths. */
  finish(): string[] {
    for (const [path, value] of this.#next) this.graph.output(`next/${path}`, value);
    return [...this.#next.keys()];
  }
}
