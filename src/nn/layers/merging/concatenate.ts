import type { Value } from "../../../engine/graph/graph.js";
import { concat } from "../../../engine/ops/concat.js";
import { expand } from "../../../engine/ops/expand.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { normalizeAxis } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { commonType } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { anyMask, checkMerged, commonSize, describeInputs } from "./merge.js";

export interface ConcatenateOptions extends LayerOptions {
  /** Along which the inputs stand behind each other. Default: −1, the last. */
  readonly axis?: number | undefined;
}

const fields = {
  axis: number({ default: -1, integer: true }),
} satisfies FieldsOf<Own<ConcatenateOptions>>;

/** The layer behind {@link concatenate}. */
export class Concatenate extends Layer {
  readonly type = "concatenate";
  readonly axis: number;

  constructor(options: ConcatenateOptions = {}) {
    super(options);
    const read = readLayerOptions("concatenate", options, fields);
    this.axis = read.axis;
  }

  get config(): Config {
    return { axis: this.axis };
  }

  /** As they are where they are one; else as numbers that are computed with each other. */
  override inputTypes(given: readonly DType[]): readonly DType[] {
    return new Set(given).size === 1 ? given : given.map(() => commonType(given));
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkMerged(this, inputs);
    const [first] = inputs as readonly [OpenType];
    const rank = first.shape.length;
    const along = normalizeAxis(this.axis, rank);
    const fits = inputs.every(({ shape }) => {
      const equal = (size: number | null, axis: number): boolean =>
        axis === along || size === null || first.shape[axis] == null || size === first.shape[axis];
      return shape.length === rank && shape.every(equal);
    });
    if (fits) return;
    throw this.error(
      `expected inputs of one rank whose sizes differ in axis ${this.axis} only, received ${describeInputs(inputs)}`,
    );
  }

  /** Not by tracing: where one size is open and another known, only the data can tell that they are equal. */
  override outputTypes(inputs: readonly OpenType[]): readonly OpenType[] {
    const [{ dtype, shape: first }] = inputs as readonly [OpenType];
    const along = normalizeAxis(this.axis, first.length);
    const shape = first.map((_, axis) => {
      const sizes = inputs.map((input) => input.shape[axis]);
      if (axis !== along) return commonSize(sizes);
      return sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size as number), 0);
    });
    return [{ dtype, shape }];
  }

  call(inputs: readonly Value[]): Value {
    return concat(inputs, { axis: this.axis });
  }

  /** Along time the masks stand behind each other; along another axis a step counts where it does in any. */
  override mask(inputs: readonly Value[], { masks }: CallContext): readonly (Value | undefined)[] {
    const [first] = inputs as readonly [Value];
    if (normalizeAxis(this.axis, first.rank) !== 1 || first.rank === 2) return [anyMask(masks)];
    if (masks.every((mask) => mask === undefined)) return [];
    const all = inputs.map((x, index) => masks[index] ?? everyStep(x));
    return [concat(all, { axis: 1 })];
  }
}

/** A mask in which every step counts. */
function everyStep(x: Value): Value {
  return expand(x.graph.scalar(1, "bool"), x.shape.slice(0, 2));
}

/**
 * Its inputs behind each other along an axis.
 *
 * Takes an array of two or more tensors whose sizes differ in that axis only.
 *
 * @throws on an unknown option, and when called on tensors that do not fit
 */
export const concatenate = layerMaker(Concatenate);
