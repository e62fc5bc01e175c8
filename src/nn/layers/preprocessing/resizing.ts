import type { Value } from "../../../engine/graph/graph.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { pad } from "../../../engine/ops/pad.js";
import { type ResizeOptions, resize } from "../../../engine/ops/resize.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { type FieldsOf, flag, number, oneOf, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { type DataFormat, dataFormat, SpatialLayer } from "../base/spatial.js";
import { cropMiddle, type ImageSize, middleOf } from "./imageSize.js";
import { cubic, interpolation, mixing, triangle } from "./resampling.js";

/** What stands between pixels: the nearest one, or a mixture of four or sixteen around. */
export type ResizingInterpolation = "nearest" | "bilinear" | "bicubic";

export interface ResizingOptions extends LayerOptions {
  readonly height: number;
  readonly width: number;
  /** Default: bilinear. */
  readonly interpolation?: ResizingInterpolation | undefined;
  /** Keep the proportions, and cut off what is over at two sides. Default: false, which stretches. */
  readonly cropToAspectRatio?: boolean | undefined;
  /** Keep the proportions, and fill what is missing at two sides. Default: false. */
  readonly padToAspectRatio?: boolean | undefined;
  /** What fills. Default: 0. */
  readonly fillValue?: number | undefined;
  /** Mix all pixels that become one, where images become smaller. Default: false. */
  readonly antialias?: boolean | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

/** How the size of an image is read. */
export const imageSizeFields = {
  height: number({ min: 1, integer: true }),
  width: number({ min: 1, integer: true }),
};

const fields = {
  ...imageSizeFields,
  interpolation: oneOf(["nearest", "bilinear", "bicubic"], "bilinear"),
  cropToAspectRatio: flag(false),
  padToAspectRatio: flag(false),
  fillValue: number({ default: 0 }),
  antialias: flag(false),
  dataFormat,
} satisfies FieldsOf<Own<ResizingOptions>>;

type Interpolating = Pick<ReadOf<typeof fields>, "interpolation" | "antialias">;

/** Images `[batch, channels, height, width]` in another size. */
export function resized(image: Value, size: ImageSize, how: Interpolating): Value {
  // No resampling at the right size.
  if (size.every((each, axis) => each === image.size(axis + 2))) return image;
  const { interpolation: name, antialias } = how;
  if (name === "bicubic" || (antialias && name === "bilinear")) return mixed(image, size, how);
  return resize(image, { sizes: [image.size(0), image.size(1), ...size], ...modes[name] });
}

const modes: Readonly<Record<"nearest" | "bilinear", Omit<ResizeOptions, "sizes" | "scales">>> = {
  nearest: { mode: "nearest", coordinateTransformationMode: "half_pixel", nearestMode: "round_prefer_ceil" },
  bilinear: { mode: "linear", coordinateTransformationMode: "half_pixel" },
};

/** By products with what share each pixel has: the engine's own way differs from PyTorch's, and refuses some sizes. */
function mixed(
  image: Value,
  [height, width]: ImageSize,
  { interpolation: name, antialias }: Interpolating,
): Value {
  const filter = name === "bilinear" ? triangle : cubic(antialias ? -0.5 : -0.75);
  const shares = (from: number, to: number): Tensor => (antialias ? mixing : interpolation)(from, to, filter);
  const { graph } = image;
  const rows = matMul(graph.constant(shares(image.size(2), height)), image);
  return matMul(rows, transpose(graph.constant(shares(image.size(3), width)), [1, 0]));
}

/** Cut to the proportions of a size, and brought to it. */
export function cropResized(image: Value, size: ImageSize, how: Interpolating): Value {
  return resized(cropMiddle(image, middleOf([image.size(2), image.size(3)], size)), size, how);
}

/** The layer behind {@link resizing}. */
export class Resizing extends SpatialLayer {
  readonly type = "resizing";
  protected readonly spatialRank = 2;
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: ResizingOptions) {
    super(options);
    this.#settings = readLayerOptions("resizing", options, fields);
    if (this.#settings.cropToAspectRatio && this.#settings.padToAspectRatio) {
      throw this.error("cropToAspectRatio and padToAspectRatio exclude each other; give one of them");
    }
  }

  get dataFormat(): DataFormat {
    return this.#settings.dataFormat;
  }

  get config(): Config {
    return { ...this.#settings };
  }

  override get branchesOnSizes(): boolean {
    return true;
  }

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  call([x]: readonly [Value]): Value {
    const { height, width, cropToAspectRatio, padToAspectRatio } = this.#settings;
    const size: ImageSize = [height, width];
    return this.onChannelsFirst(x, (image) => {
      if (cropToAspectRatio) return cropResized(image, size, this.#settings);
      return resized(padToAspectRatio ? this.#padded(image, size) : image, size, this.#settings);
    });
  }

  /** With as much around as the proportions need, as much on one side as on the other. */
  #padded(image: Value, [wantedHeight, wantedWidth]: ImageSize): Value {
    const [height, width] = [image.size(2), image.size(3)];
    const vertical = Math.max(height, Math.trunc((width * wantedHeight) / wantedWidth));
    const horizontal = Math.max(width, Math.trunc((height * wantedWidth) / wantedHeight));
    const [above, beside] = [Math.floor((vertical - height) / 2), Math.floor((horizontal - width) / 2)];
    if (above === 0 && beside === 0) return image;
    const ends = [0, 0, above, beside];
    return pad(image, { pads: [...ends, ...ends], value: this.#settings.fillValue });
  }
}

/**
 * Images in another size.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height, width, channels]` of the height and width asked for, in float32.
 * An image that has that size already stays as it is.
 *
 * @throws on an unknown option, when called on another rank
 */
export const resizing = layerMaker(Resizing);
