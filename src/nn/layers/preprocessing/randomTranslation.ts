import type { Value } from "../../../engine/graph/graph.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { dataFormat } from "../base/spatial.js";
import type { Affine } from "./affineImages.js";
import { affineFields } from "./affineImages.js";
import { AffineLayer, type AffineLayerOptions, type AffineSettings, type Drawing } from "./affineLayer.js";
import { type Range, rangeField } from "./randomFactor.js";

export interface RandomTranslationOptions extends LayerOptions, AffineLayerOptions {
  /** How far down, in heights: f for −f to f, or [lower, upper]; each from −1 to 1. */
  readonly heightFactor: number | Range;
  /** How far to the right, in widths: likewise. */
  readonly widthFactor: number | Range;
}

const fields = {
  heightFactor: rangeField({ min: -1, max: 1 }),
  widthFactor: rangeField({ min: -1, max: 1 }),
  ...affineFields,
  dataFormat,
} satisfies FieldsOf<Own<RandomTranslationOptions>>;

type Settings = AffineSettings & { readonly heightFactor: Range; readonly widthFactor: Range };

/** The layer behind {@link randomTranslation}. */
export class RandomTranslation extends AffineLayer<Settings> {
  readonly type = "randomTranslation";

  constructor(options: RandomTranslationOptions) {
    super(options, readLayerOptions("randomTranslation", options, fields));
  }

  protected draw(draw: Drawing, height: number, width: number): Affine {
    const { heightFactor, widthFactor } = this.settings;
    const moved = (factor: Range, size: number): Value => draw([-factor[1] * size, -factor[0] * size]);
    const down = moved(heightFactor, height);
    return { across: [1, 0, moved(widthFactor, width)], down: [0, 1, down] };
  }
}

/**
 * In training, moves each image down or up and to a side; elsewhere it gives its input.
 *
 * Takes `[batch, height, width, channels]` and gives the same shape, in float32.
 *
 * @throws on an unknown option, on a factor outside of −1 to 1, when called on another rank
 */
export const randomTranslation = layerMaker(RandomTranslation);
