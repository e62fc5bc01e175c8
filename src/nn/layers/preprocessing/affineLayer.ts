import type { Value } from "../../../engine/graph/graph.js";
import { transpose } from "../../../engine/ops/transpose.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { type Setting, settingsConfig } from "../base/settings.js";
import { type DataFormat, SpatialLayer } from "../base/spatial.js";
import {
  type Affine,
  type AffineInterpolation,
  type AffineOptions,
  affineImages,
  type FillMode,
} from "./affineImages.js";
import { drawn, type Range } from "./randomFactor.js";

/** Options of layers that move the pixels of images. */
export interface AffineLayerOptions {
  /** What stands outside of an image: its mirror image, one number, the other end, or the edge again. Default: reflect. */
  readonly fillMode?: FillMode | undefined;
  /** What stands between pixels. Default: bilinear. */
  readonly interpolation?: AffineInterpolation | undefined;
  /** What stands outside where `fillMode` is constant. Default: 0. */
  readonly fillValue?: number | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

export type AffineSettings = AffineOptions & { readonly dataFormat: DataFormat } & Readonly<
    Record<string, Setting>
  >;

/** Draws a number from a range for each image. */
export type Drawing = (range: Range) => Value;

/** A layer that moves the pixels of each image by another map at each step of training. */
export abstract class AffineLayer<S extends AffineSettings> extends SpatialLayer {
  protected readonly spatialRank = 2;
  protected readonly settings: S;

  constructor(options: LayerOptions, settings: S) {
    super(options);
    this.settings = settings;
  }

  /** Draws where the pixels of each image come from. */
  protected abstract draw(draw: Drawing, height: number, width: number): Affine;

  get dataFormat(): DataFormat {
    return this.settings.dataFormat;
  }

  get config(): Config {
    return settingsConfig(this.settings);
  }

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    if (!context.training) return x;
    const isLast = this.dataFormat === "channelsLast";
    const images = isLast ? x : transpose(x, [0, 2, 3, 1]);
    const affine = this.draw(
      (range) => drawn(context, images.size(0), range),
      images.size(1),
      images.size(2),
    );
    const made = affineImages(images, affine, this.settings);
    return isLast ? made : transpose(made, [0, 3, 1, 2]);
  }
}
