import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { cast } from "../../../engine/ops/cast.js";
import { floor } from "../../../engine/ops/floor.js";
import { gather } from "../../../engine/ops/gather.js";
import { mul } from "../../../engine/ops/mul.js";
import type { FieldsOf, ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { type DataFormat, dataFormat, SpatialLayer } from "../base/spatial.js";
import type { ImageSize } from "./imageSize.js";
import { cropResized, imageSizeFields } from "./resizing.js";

export interface RandomCropOptions extends LayerOptions {
  readonly height: number;
  readonly width: number;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = { ...imageSizeFields, dataFormat } satisfies FieldsOf<Own<RandomCropOptions>>;

/** The layer behind {@link randomCrop}. */
export class RandomCrop extends SpatialLayer {
  readonly type = "randomCrop";
  protected readonly spatialRank = 2;
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: RandomCropOptions) {
    super(options);
    this.#settings = readLayerOptions("randomCrop", options, fields);
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

  call([x]: readonly [Value], context: CallContext): Value {
    const { height, width } = this.#settings;
    const size: ImageSize = [height, width];
    return this.onChannelsFirst(x, (image) => {
      const isLarger = size.every((each, axis) => each < image.size(axis + 2));
      if (context.training && isLarger) return randomPart(image, size, context);
      return cropResized(image, size, { interpolation: "bilinear", antialias: false });
    });
  }
}

/** A part of images `[batch, channels, height, width]`, the same for all of a batch. */
function randomPart(image: Value, size: ImageSize, context: CallContext): Value {
  return size.reduce((part, each, index) => {
    const axis = index + 2;
    const places = image.size(axis) - each + 1;
    const start = floor(mul(context.random([1]), places));
    const steps = new Tensor(
      "float32",
      [each],
      Float32Array.from({ length: each }, (_, at) => at),
    );
    return gather(part, cast(add(start, image.graph.constant(steps)), "int64"), { axis });
  }, image);
}

/**
 * In training, a part of the images, at another place at each step; elsewhere, and of images that are not larger, the middle with
 * the proportions asked for, brought to the size.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height, width, channels]` of the height and width asked for, in float32.
 *
 * @throws on an unknown option, when called on another rank
 */
export const randomCrop = layerMaker(RandomCrop);
