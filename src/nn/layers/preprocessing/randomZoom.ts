import type { Value } from "../../../engine/graph/graph.js";
import { mul } from "../../../engine/ops/mul.js";
import { sub } from "../../../engine/ops/sub.js";
import { type FieldsOf, optional } from "../../../engine/options.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { dataFormat } from "../base/spatial.js";
import { type Affine, affineFields } from "./affineImages.js";
import { AffineLayer, type AffineLayerOptions, type AffineSettings, type Drawing } from "./affineLayer.js";
import { type Range, rangeField } from "./randomFactor.js";

export interface RandomZoomOptions extends LayerOptions, AffineLayerOptions {
  /** How much more of the height is seen (less where it is below 0): f for −f to f, or [lower, upper]; above −1 to 1. */
  readonly heightFactor: number | Range;
  /** Likewise for the width. Default: as the height, so that the proportions stay. */
  readonly widthFactor?: number | Range | undefined;
}

/** At −1 nothing would be seen. */
const least = -0.999;

const fields = {
  heightFactor: rangeField({ min: least, max: 1 }),
  widthFactor: optional(rangeField({ min: least, max: 1 })),
  ...affineFields,
  dataFormat,
} satisfies FieldsOf<Own<RandomZoomOptions>>;

type Settings = AffineSettings & { readonly heightFactor: Range; readonly widthFactor: Range | undefined };

/** The layer behind {@link randomZoom}. */
export class RandomZoom extends AffineLayer<Settings> {
  readonly type = "randomZoom";

  constructor(options: RandomZoomOptions) {
    super(options, readLayerOptions("randomZoom", options, fields));
  }

  /** Around the middle of the pixels. */
  protected draw(draw: Drawing, height: number, width: number): Affine {
    const { heightFactor, widthFactor } = this.settings;
    const zoom = ([lower, upper]: Range): Value => draw([1 + lower, 1 + upper]);
    const vertical = zoom(heightFactor);
    const horizontal = widthFactor === undefined ? vertical : zoom(widthFactor);
    const stay = (factor: Value, size: number): Value => mul(sub(1, factor), (size - 1) / 2);
    return { across: [horizontal, 0, stay(horizontal, width)], down: [0, vertical, stay(vertical, height)] };
  }
}

/**
 * In training, brings each image nearer or moves it away; elsewhere it gives its input.
 *
 * Takes `[batch, height, width, channels]` and gives the same shape, in float32.
 *
 * @throws on an unknown option, on a factor outside of its range, when called on another rank
 */
export const randomZoom = layerMaker(RandomZoom);
