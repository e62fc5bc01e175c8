import type { Value } from "../../../engine/graph/graph.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { slice } from "../../../engine/ops/slice.js";
import {
  accepting,
  type FieldsOf,
  having,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  record,
  text,
} from "../../../engine/options.js";
import type { Config } from "../../../nn/config/config.js";
import { Layer, type LayerOptions } from "../../../nn/layers/base/layer.js";
import { layerMaker } from "../../../nn/layers/base/layerMaker.js";
import { expectRank, type Own, onlyInput, readLayerOptions } from "../../../nn/layers/base/settings.js";
import type { OpenType } from "../../../nn/layers/base/symbolic.js";
import type { Fitted, SavedFitted } from "../../learners/learner.js";
import { isRestorable, restoreFitted } from "../../learners/restoreFitted.js";
import { type WeightMethod, weightMethods } from "../weights/methods.js";
import { emitPool } from "./emitPool.js";

/** What a learner has learnt, and what it counts. */
export interface PooledLearner {
  readonly name: string;
  /** Above 0. */
  readonly weight: number;
  /** As `Fitted.state` gives it. */
  readonly state: SavedFitted;
  /** What was learnt itself, where it is of a form of its own; then the network can be exported and not saved. */
  readonly learnt?: Fitted | undefined;
}

export interface PooledLearnersOptions extends LayerOptions {
  readonly learners: readonly PooledLearner[];
  /** How the weights were found, by which they are applied. */
  readonly method: WeightMethod;
  /** How many classes; 1 for numbers. */
  readonly classes: number;
  /** Columns of a row. */
  readonly columns: number;
}

const isState = (value: unknown): value is SavedFitted =>
  typeof value === "object" && value !== null && "kind" in value;

const fields = {
  learners: list(
    record({
      name: text(),
      weight: number({ above: 0 }),
      state: accepting("what was learnt", isState),
      learnt: optional(having<Fitted>("what was learnt", "predict")),
    }),
    "an array of learners, with their weights and what they learnt",
  ),
  method: oneOf(weightMethods),
  classes: number({ min: 1, integer: true }),
  columns: number({ min: 1, integer: true }),
} satisfies FieldsOf<Own<PooledLearnersOptions>>;

/** The layer behind {@link pooledLearners}. It has no variables: learners are not trained by gradients. */
export class PooledLearners extends Layer {
  readonly type = "pooledLearners";
  readonly #settings: ReadOf<typeof fields>;
  readonly #fitted: readonly Fitted[];

  constructor(options: PooledLearnersOptions) {
    super(options);
    this.#settings = readLayerOptions("pooledLearners", options, fields);
    this.#fitted = this.#settings.learners.map(({ state, learnt }) => learnt ?? restoreFitted(state));
  }

  get config(): Config {
    const learners = this.#settings.learners.map(({ name, weight, state }) => {
      if (isRestorable(state)) return { name, weight, state };
      throw this.error(
        `"${name}" is a learner of your own, and what it learnt cannot be saved; export the network as an .onnx file.`,
      );
    });
    return { ...this.#settings, learners };
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    expectRank(this, x, ["batch", "columns"]);
    const { columns } = this.#settings;
    if (x.shape[1] !== columns) {
      throw this.error(`expected ${columns} columns, as were learnt from, received ${x.shape[1] ?? "?"}`);
    }
  }

  call([x]: readonly [Value]): Value {
    const { learners, method } = this.#settings;
    const predictions = learners.map(({ name }, index) => this.#emit(name, this.#fitted[index] as Fitted, x));
    return emitPool(
      predictions,
      learners.map(({ weight }) => weight),
      method,
    );
  }

  #emit(name: string, fitted: Fitted, x: Value): Value {
    const given = fitted.emit?.(x);
    if (given === undefined) throw this.error(`"${name}" has no form as operators.`);
    const { classes } = this.#settings;
    if (classes === 2) return slice(given, { starts: [1], ends: [2], axes: [1] });
    return classes === 1 ? reshape(given, [x.size(0), 1]) : given;
  }
}

/**
 * Learners that have learnt, pooled by their weights. Takes `[batch, columns]` and gives `[batch, 1]`, numbers or
 * probabilities of class 1, or of more classes `[batch, classes]`.
 *
 * @throws on an unknown option, on what is nothing learnt, and when called on another number of columns
 */
export const pooledLearners = layerMaker(PooledLearners);
