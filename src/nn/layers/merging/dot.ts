import type { Value } from "../../../engine/graph/graph.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { accepting, type FieldsOf, flag, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { normalizeAxis, sizeOf } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import { normalize } from "../../losses/normalize.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { checkMerged, describeInputs } from "./merge.js";

type Axes = number | readonly [number, number];

export interface DotOptions extends LayerOptions {
  /** The axis of each input over which is summed; one number serves for both. Not the batch, 0. */
  readonly axes: Axes;
  /** Whether vectors along the axes get length 1 first, which gives their cosine. Default: false. */
  readonly normalize?: boolean | undefined;
}

const axes = accepting("a whole number or two, and not 0, the batch", (value): value is Axes => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const length = Array.isArray(value) ? 2 : 1;
  return list.length === length && list.every((axis) => Number.isInteger(axis) && axis !== 0);
});

const fields = { axes, normalize: flag(false) } satisfies FieldsOf<Own<DotOptions>>;

/** The layer behind {@link dot}. */
export class Dot extends Layer {
  readonly type = "dot";
  readonly #settings: ReadOf<typeof fields>;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: DotOptions) {
    super(options);
    this.#settings = readLayerOptions("dot", options, fields);
  }

  get config(): Config {
    return settingsConfig({ ...this.#settings });
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkMerged(this, inputs);
    const [a, b] = inputs as readonly [OpenType, OpenType];
    if (inputs.length !== 2) throw this.error(`expected two inputs, received ${inputs.length}`);
    const [left, right] = this.#axes(a.shape.length, b.shape.length);
    const sizes = [a.shape[left], b.shape[right]] as const;
    if (sizes[0] == null || sizes[1] == null || sizes[0] === sizes[1]) return;
    throw this.error(
      `the sizes of the axes that are summed over must be equal, received ${describeInputs(inputs)}: ` +
        `${sizes[0]} in axis ${left} and ${sizes[1]} in axis ${right}`,
    );
  }

  #axes(first: number, second: number): [number, number] {
    const given = this.#settings.axes;
    const [left, right] = typeof given === "number" ? [given, given] : given;
    return [normalizeAxis(left, first), normalizeAxis(right, second)];
  }

  call([a, b]: readonly [Value, Value]): Value {
    const [left, right] = this.#axes(a.rank, b.rank);
    const rows = asRows(this.#settings.normalize ? normalize(a, left) : a, left);
    const columns = asRows(this.#settings.normalize ? normalize(b, right) : b, right);
    const product = matMul(rows.matrix, transpose(columns.matrix, [0, 2, 1]));
    const sizes = [...rows.sizes, ...columns.sizes];
    return reshape(product, [a.size(0), ...(sizes.length === 0 ? [1] : sizes)]);
  }

  override mask(): readonly undefined[] {
    return [];
  }
}

/** A value as `[batch, rows, size of axis]`, and the sizes of the axes that the rows stand for. */
function asRows(x: Value, axis: number): { readonly matrix: Value; readonly sizes: readonly number[] } {
  const others = x.shape.map((_, index) => index).filter((index) => index !== 0 && index !== axis);
  const sizes = others.map((index) => x.size(index));
  const turned = axis === x.rank - 1 ? x : transpose(x, [0, ...others, axis]);
  const matrix = reshape(turned, [x.size(0), sizeOf(sizes), x.size(axis)]);
  return { matrix, sizes };
}

/**
 * Sums of products over one axis of each of two inputs, sample by sample. A mask ends here.
 *
 * Takes `[batch, ...a]` and `[batch, ...b]` and gives `[batch, ...a without its axis, ...b without its axis]`,
 * `[batch, 1]` for two vectors.
 *
 * @throws on an unknown option, on axis 0, and where the sizes of the axes differ
 */
export const dot = layerMaker(Dot);
