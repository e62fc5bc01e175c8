import { ImagoError } from "../../../engine/errors.js";
import type { Field } from "../../config/options.js";
import type { LayerOptions } from "../base/layer.js";
import { SpatialLayer, type SpatialRank } from "../base/spatial.js";
import type { DataFormat } from "./flatten.js";

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

function refused(where: string, name: string, forms: string, value: unknown): ImagoError {
  return new ImagoError(`${where}: option "${name}" must be ${forms}, received ${JSON.stringify(value)}.`);
}

/** A whole number for both ends, or `[front, back]`. */
export function ends1d(fallback: number): Field<Ends> {
  return (where, name, value = fallback) => {
    if (isCount(value)) return [value, value];
    if (isEnds(value)) return value;
    throw refused(where, name, "a whole number of at least 0 or [front, back]", value);
  };
}

/** A whole number for all ends, `[height, width]` for both ends of each, or `[[top, bottom], [left, right]]`. */
export function ends2d(fallback: number): Field<readonly [Ends, Ends]> {
  return (where, name, value = fallback) => {
    const list: unknown = isCount(value) ? [value, value] : value;
    if (isEnds(list))
      return [
        [list[0], list[0]],
        [list[1], list[1]],
      ];
    if (Array.isArray(list) && list.length === 2) {
      const [height, width] = list.map((each: unknown) => (isCount(each) ? [each, each] : each));
      if (isEnds(height) && isEnds(width)) return [height, width];
    }
    const forms = "a whole number of at least 0, [height, width] or [[top, bottom], [left, right]]";
    throw refused(where, name, forms, value);
  };
}
