import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { and } from "../../../engine/ops/and.js";
import { cast } from "../../../engine/ops/cast.js";
import { concat } from "../../../engine/ops/concat.js";
import { gather } from "../../../engine/ops/gather.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { less } from "../../../engine/ops/less.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { where } from "../../../engine/ops/where.js";
import { type FieldsOf, number, numbers, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import {
  describeInput,
  type Own,
  onlyInput,
  readLayerOptions,
  resolved,
  settingsConfig,
} from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface ColumnEmbeddingOptions extends LayerOptions {
  /** For each column how many levels it has, whose numbers it holds; 0 where it holds a quantity, which stays as it is. */
  readonly levels: readonly number[];
  /** Length of each level's vector. */
  readonly outputDim: number;
  /** Default: uniform, between −0.05 and 0.05. */
  readonly embeddingsInitializer?: InitializerSpec | undefined;
  readonly embeddingsRegularizer?: RegularizerSpec | undefined;
}

const fields = {
  levels: numbers({ min: 0, integer: true }),
  outputDim: number({ min: 1, integer: true }),
  embeddingsInitializer: resolved(initializer, "randomUniform"),
  embeddingsRegularizer: optional(resolved(regularizer)),
} satisfies FieldsOf<Own<ColumnEmbeddingOptions>>;

/** The layer behind {@link columnEmbedding}. Variable: embeddings `[Σ levels, outputDim]`. */
export class ColumnEmbedding extends Layer {
  readonly type = "columnEmbedding";
  readonly #settings: ReadOf<typeof fields>;
  /** Columns by what they hold. */
  readonly #quantities: readonly number[];
  readonly #categories: readonly number[];
  #embeddings: Variable | undefined;

  constructor(options: ColumnEmbeddingOptions) {
    super(options);
    this.#settings = readLayerOptions("columnEmbedding", options, fields);
    const columns = [...this.#settings.levels.keys()];
    this.#quantities = columns.filter((column) => this.#settings.levels[column] === 0);
    this.#categories = columns.filter((column) => this.#settings.levels[column] !== 0);
  }

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    const columns = this.#settings.levels.length;
    if (x.shape.length === 2 && x.shape[1] === columns && columns > 0) return;
    throw this.error(
      `expected (batch, ${columns}), a column for each of levels, received ${describeInput(x)}`,
    );
  }

  protected override build(): void {
    if (this.#categories.length === 0) return;
    const { levels, outputDim, embeddingsInitializer, embeddingsRegularizer } = this.#settings;
    this.#embeddings = this.addWeight({
      name: "embeddings",
      shape: [levels.reduce((sum, count) => sum + count, 0), outputDim],
      initializer: embeddingsInitializer,
      regularizer: embeddingsRegularizer,
    });
  }

  call([x]: readonly [Value], context: CallContext): Value {
    if (this.#embeddings === undefined) return x;
    const vectors = gather(context.weight(this.#embeddings), this.#rows(x));
    const wide = reshape(vectors, [-1, this.#categories.length * this.#settings.outputDim]);
    if (this.#quantities.length === 0) return wide;
    return concat([gather(x, indices(this.#quantities), { axis: 1 }), wide], { axis: 1 });
  }

  /** Of each category the row of the table that its level has: what is no level of the column is taken for its level 0. */
  #rows(x: Value): Value {
    const counts = this.#categories.map((column) => this.#settings.levels[column] as number);
    let before = 0;
    const begins = counts.map((count) => {
      before += count;
      return before - count;
    });
    const given = gather(x, indices(this.#categories), { axis: 1 });
    const isLevel = and(greaterOrEqual(given, 0), less(given, floats(counts)));
    const level = cast(where(isLevel, given, x.graph.scalar(0, "float32")), "int32");
    return add(level, indices(begins));
  }
}

const indices = (all: readonly number[]): Tensor => new Tensor("int32", [all.length], Int32Array.from(all));
const floats = (all: readonly number[]): Tensor =>
  new Tensor("float32", [all.length], Float32Array.from(all));

/**
 * A table's columns with a learnt vector in the place of each category (Guo and Berkhahn, "Entity Embeddings of Categorical Variables",
 * 2016): quantities first, as they are, then the vectors of each category's level.
 *
 * Takes float32 `[batch, columns]`, in which categories are numbers of their levels, from 0 (what is none of them, NaN too, counts as level
 * 0), and gives `[batch, quantities + categories · outputDim]`.
 *
 * @throws on an unknown option, and when called on a tensor of another number of columns
 */
export const columnEmbedding = layerMaker(ColumnEmbedding);
