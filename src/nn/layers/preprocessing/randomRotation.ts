import { add } from "../../../engine/ops/add.js";
import { cos } from "../../../engine/ops/cos.js";
import { mul } from "../../../engine/ops/mul.js";
import { neg } from "../../../engine/ops/neg.js";
import { sin } from "../../../engine/ops/sin.js";
import { sub } from "../../../engine/ops/sub.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { dataFormat } from "../base/spatial.js";
import { type Affine, affineFields } from "./affineImages.js";
import { AffineLayer, type AffineLayerOptions, type AffineSettings, type Drawing } from "./affineLayer.js";
import { type Range, rangeField } from "./randomFactor.js";

export interface RandomRotationOptions extends LayerOptions, AffineLayerOptions {
  /** By how much, in whole turns against the clock: f for −f to f, or [lower, upper]; each from −1 to 1. */
  readonly factor: number | Range;
}

const fields = {
  factor: rangeField({ min: -1, max: 1 }),
  ...affineFields,
  dataFormat,
} satisfies FieldsOf<Own<RandomRotationOptions>>;

/** The layer behind {@link randomRotation}. */
export class RandomRotation extends AffineLayer<AffineSettings & { readonly factor: Range }> {
  readonly type = "randomRotation";

  constructor(options: RandomRotationOptions) {
    super(options, readLayerOptions("randomRotation", options, fields));
  }

  /** Around the middle of the pixels. */
  protected draw(draw: Drawing, height: number, width: number): Affine {
    const [lower, upper] = this.settings.factor;
    const angle = draw([2 * Math.PI * lower, 2 * Math.PI * upper]);
    const [c, s] = [cos(angle), sin(angle)];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    return {
      across: [c, neg(s), add(sub(x, mul(c, x)), mul(s, y))],
      down: [s, c, sub(sub(y, mul(s, x)), mul(c, y))],
    };
  }
}

/**
 * In training, turns each image around its middle; elsewhere it gives its input.
 *
 * Takes `[batch, height, width, channels]` and gives the same shape, in float32.
 *
 * @throws on an unknown option, on a factor outside of −1 to 1, when called on another rank
 */
export const randomRotation = layerMaker(RandomRotation);
