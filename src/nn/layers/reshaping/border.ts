import { converting, type Field } from "../../../engine/options.js";
import type { LayerOptions } from "../base/layer.js";
import type { DataFormat } from "../base/spatial.js";
import { SpatialLayer, type SpatialRank } from "../base/spatial.js";

/** Elements in front of and behind an axis. */
export type Ends = readonly [number, number];

/** A layer that adds elements at the ends of the spatial axes, or takes them off. */
export abstract class BorderLayer extends SpatialLayer {
  protected readonly spatialRank: SpatialRank;
  readonly dataFormat: DataFormat;
  /** For each spatial axis. */
  protected readonly ends: readonly Ends[];

  constructor(
    options: LayerOptions,
    { ends, dataFormat = "channelsLast" }: { ends: readonly Ends[]; dataFormat?: DataFormat },
  ) {
    super(options);
    this.spatialRank = ends.length === 1 ? 1 : 2;
    this.ends = ends;
    this.dataFormat = dataFormat;
  }

  /** Both ends of every axis, batch and channels among them. */
  protected get allEnds(): readonly Ends[] {
    const none: Ends = [0, 0];
    return this.dataFormat === "channelsLast" ? [none, ...this.ends, none] : [none, none, ...this.ends];
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isEnds(value: unknown): value is Ends {
  return Array.isArray(value) && value.length === 2 && value.every(isCount);
}

/** A whole number for both ends, or `[front, back]`. */
export function ends1d(fallback: number): Field<Ends> {
  return converting(
    "a whole number from 0 or [front, back]",
    (value): Ends | undefined => (isCount(value) ? [value, value] : isEnds(value) ? value : undefined),
    { fallback },
  );
}

/** A whole number for all ends, `[height, width]` for both ends of each, or `[[top, bottom], [left, right]]`. */
export function ends2d(fallback: number): Field<readonly [Ends, Ends]> {
  return converting(
    "a whole number from 0, [height, width] or [[top, bottom], [left, right]]",
    (value): readonly [Ends, Ends] | undefined => {
      const list: unknown = isCount(value) ? [value, value] : value;
      if (!Array.isArray(list) || list.length !== 2) return undefined;
      const [height, width] = list.map((each: unknown) => (isCount(each) ? [each, each] : each));
      return isEnds(height) && isEnds(width) ? [height, width] : undefined;
    },
    { fallback },
  );
}
