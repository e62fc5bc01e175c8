import type { Value } from "../../../engine/graph/graph.js";
import type { FieldsOf, ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { type DataFormat, dataFormat, SpatialLayer } from "../base/spatial.js";
import { cropMiddle, type ImageSize } from "./imageSize.js";
import { cropResized, imageSizeFields } from "./resizing.js";

export interface CenterCropOptions extends LayerOptions {
  readonly height: number;
  readonly width: number;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = { ...imageSizeFields, dataFormat } satisfies FieldsOf<Own<CenterCropOptions>>;

/** The layer behind {@link centerCrop}. */
export class CenterCrop extends SpatialLayer {
  readonly type = "centerCrop";
  protected readonly spatialRank = 2;
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: CenterCropOptions) {
    super(options);
    this.#settings = readLayerOptions("centerCrop", options, fields);
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
    const { height, width } = this.#settings;
    const size: ImageSize = [height, width];
    return this.onChannelsFirst(x, (image) => {
      const holds = size.every((each, axis) => each <= image.size(axis + 2));
      return holds
        ? cropMiddle(image, size)
        : cropResized(image, size, { interpolation: "bilinear", antialias: false });
    });
  }
}

/**
 * The middle of images. Images that are smaller are cut to the proportions asked for and enlarged.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height, width, channels]` of the height and width asked for, in float32.
 *
 * @throws on an unknown option, when called on another rank
 */
export const centerCrop = layerMaker(CenterCrop);
