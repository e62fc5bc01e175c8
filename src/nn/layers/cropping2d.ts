import type { Value } from "../../engine/graph/graph.js";
import { slice } from "../../engine/ops/slice.js";
import type { Config } from "../initializers/initializer.js";
import { BorderLayer, type Ends, ends2d } from "./border.js";
import type { DataFormat } from "./flatten.js";
import { type LayerFunction, type LayerOptions, layerFunction } from "./layer.js";
import { describeInput, readLayerOptions } from "./settings.js";
import { dataFormat } from "./spatial.js";
import type { OpenType } from "./symbolic.js";

export interface Cropping2dOptions extends LayerOptions {
  /** What to take off: a number for all ends, `[height, width]` for both ends of each, or
   * `[[top, bottom], [left, right]]`. Default: 0. */
  readonly cropping?: number | readonly [number | Ends, number | Ends] | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

/** The layer behind {@link cropping2d}. */
export class Cropping2d extends BorderLayer {
  readonly type = "cropping2d";

  constructor(options: Cropping2dOptions) {
    const read = readLayerOptions<{ cropping: readonly Ends[]; dataFormat: DataFormat }>(
      "cropping2d",
      options,
      {
        cropping: ends2d(0),
        dataFormat,
      },
    );
    super(options, { ends: read.cropping, dataFormat: read.dataFormat });
  }

  get config(): Config {
    return { cropping: this.ends, dataFormat: this.dataFormat };
  }

  protected override check(inputs: readonly OpenType[]): void {
    super.check(inputs);
    const [x] = inputs as readonly [OpenType];
    const cut = this.ends.map(([front, back]) => front + back);
    if (this.spatialSizes(x).every((size, axis) => size === null || size > (cut[axis] as number))) return;
    throw this.error(`cropping ${cut.join(" and ")} elements leaves nothing of ${describeInput(x)}`);
  }

  call([x]: readonly [Value]): Value {
    const ends = this.allEnds;
    return slice(x, {
      starts: ends.map(([front]) => front),
      ends: ends.map(([, back], axis) => (x.shape[axis] as number) - back),
    });
  }
}

/**
 * An image without its border.
 *
 * Takes `[batch, height, width, channels]` and gives the same rank, each size shorter by what is taken off.
 *
 * @throws on an unknown option, on another rank, and where nothing is left
 */
export function cropping2d(options: Cropping2dOptions = {}): LayerFunction<Cropping2d> {
  return layerFunction(new Cropping2d(options));
}
