import type { Value } from "../../../engine/graph/graph.js";
import { reshape as emitReshape } from "../../../engine/ops/reshape.js";
import { accepting, type FieldsOf } from "../../../engine/options.js";
import { type Shape, sizeOf } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { describeInput, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenShape, OpenType } from "../base/symbolic.js";

export interface ReshapeOptions extends LayerOptions {
  /** Sizes without the batch; one may be −1: what is left. */
  readonly targetShape: Shape;
}

const targetShape = accepting(
  "an array of sizes from 1, of which one may be -1",
  (value): value is Shape =>
    Array.isArray(value) &&
    value.every((size) => Number.isInteger(size) && (size === -1 || size > 0)) &&
    value.filter((size) => size === -1).length <= 1,
);

const fields = { targetShape } satisfies FieldsOf<Own<ReshapeOptions>>;

/** The layer behind {@link reshape}. */
export class Reshape extends Layer {
  readonly type = "reshape";
  readonly targetShape: Shape;

  constructor(options: ReshapeOptions) {
    super(options);
    this.targetShape = readLayerOptions("reshape", options, fields).targetShape;
  }

  get config(): Config {
    return { targetShape: this.targetShape };
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    const sizes = x.shape.slice(1);
    if (sizes.includes(null)) return;
    const from = sizeOf(sizes as Shape);
    const to = sizeOf(this.targetShape.filter((size) => size !== -1));
    if (this.targetShape.includes(-1) ? from % to === 0 : from === to) return;
    throw this.error(
      `cannot make (batch, ${this.targetShape.join(", ")}) of ${describeInput(x)}: ${from} elements, not ` +
        `${this.targetShape.includes(-1) ? "a multiple of " : ""}${to}`,
    );
  }

  /** Not by tracing: with an open size only the data can tell whether the shapes fit. */
  override outputTypes([x]: readonly [OpenType]): readonly OpenType[] {
    const [batch = null, ...sizes] = x.shape;
    const known = sizeOf(this.targetShape.filter((size) => size !== -1));
    const left = sizes.includes(null) ? null : sizeOf(sizes as Shape) / known;
    const shape: OpenShape = [batch, ...this.targetShape.map((size) => (size === -1 ? left : size))];
    return [{ dtype: x.dtype, shape }];
  }

  call([x]: readonly [Value]): Value {
    const [batch = 1, ...sizes] = x.shape;
    const known = sizeOf(this.targetShape.filter((size) => size !== -1));
    // Sized here and not by the operator, to which an empty batch leaves nothing to divide.
    const shape = this.targetShape.map((size) => (size === -1 ? sizeOf(sizes) / known : size));
    return emitReshape(x, [batch, ...shape]);
  }

  override mask(): readonly undefined[] {
    return [];
  }
}

/**
 * The same elements under another shape. A mask ends here.
 *
 * Takes `[batch, …]` and gives `[batch, ...targetShape]`.
 *
 * @throws on an unknown option, and when the number of elements does not fit
 */
export const reshape = layerMaker(Reshape);
