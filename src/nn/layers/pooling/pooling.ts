import type { Value } from "../../../engine/graph/graph.js";
import type { PoolOptions } from "../../../engine/ops/pool/pool.js";
import { type FieldsOf, oneOf, optional } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat, type Sizes, SpatialLayer, type SpatialRank, sizes } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";
import { type Padding, padsOf } from "../base/window.js";

/** Options that every pooling over windows has. Defaults are those of Keras 3. */
export interface PoolingOptions extends LayerOptions {
  /** Size of the window along each spatial axis. Default: 2. */
  readonly poolSize?: Sizes | undefined;
  /** Distance between neighbouring windows. Default: `poolSize`, so that they lie side by side. */
  readonly strides?: Sizes | undefined;
  /**
   * `valid`: only windows inside the input. `same`: ⌈size / stride⌉ windows, of which those at the border hold
   * fewer elements. Default: valid.
   */
  readonly padding?: Exclude<Padding, "causal"> | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

function poolingFields(rank: SpatialRank) {
  return {
    poolSize: sizes(rank, { fallback: 2 }),
    strides: optional(sizes(rank)),
    padding: oneOf(["valid", "same"], "valid"),
    dataFormat,
  } satisfies FieldsOf<Own<PoolingOptions>>;
}

function readSettings(type: string, rank: SpatialRank, options: PoolingOptions) {
  const read = readLayerOptions(type, options, poolingFields(rank));
  return { ...read, strides: read.strides ?? read.poolSize };
}

/** A pooling over windows. */
export abstract class Pooling extends SpatialLayer {
  protected readonly spatialRank: SpatialRank;
  readonly #settings: ReturnType<typeof readSettings>;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor({ type, rank }: { type: string; rank: SpatialRank }, options: PoolingOptions) {
    super(options);
    this.spatialRank = rank;
    this.#settings = readSettings(type, rank, options);
  }

  get dataFormat(): DataFormat {
    return this.#settings.dataFormat;
  }

  get config(): Config {
    return { ...this.#settings };
  }

  /** Emits the pooling of an image with channels first. */
  protected abstract pool(image: Value, options: PoolOptions): Value;

  protected override check(inputs: readonly OpenType[]): void {
    super.check(inputs);
    const { padding, poolSize } = this.#settings;
    if (padding === "valid") this.requireSizes(inputs[0] as OpenType, poolSize);
  }

  call([x]: readonly [Value]): Value {
    const { poolSize: kernel, strides, padding } = this.#settings;
    const dilations = kernel.map(() => 1);
    return this.onChannelsFirst(x, (image) =>
      this.pool(image, {
        kernelShape: kernel,
        strides,
        pads: padsOf(padding, { kernel, strides, dilations }, image.shape.slice(2)),
      }),
    );
  }
}
