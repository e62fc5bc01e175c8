import type { Value } from "../../../engine/graph/graph.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { converting, type Field, oneOf } from "../../../engine/options.js";
import { Layer } from "./layer.js";
import { describeInput, expectRank, onlyInput } from "./settings.js";
import type { OpenType } from "./symbolic.js";

/** How many axes besides batch and channels an input has: 1 for a sequence, 2 for an image. */
export type SpatialRank = 1 | 2;

/** Where the channels stand: behind the spatial axes, or before them. */
export type DataFormat = "channelsLast" | "channelsFirst";

/** A whole number for every spatial axis, or a list with one for each. */
export type Sizes = number | readonly number[];

const spatialNames = { 1: ["steps"], 2: ["height", "width"] } as const;

/** A layer that treats sequences or images as such. Inside, channels come first, as ONNX's operators have them. */
export abstract class SpatialLayer extends Layer {
  protected abstract readonly spatialRank: SpatialRank;
  abstract readonly dataFormat: DataFormat;

  protected override check(inputs: readonly OpenType[]): void {
    const spatial = spatialNames[this.spatialRank];
    const behind = this.dataFormat === "channelsLast" ? [...spatial, "channels"] : ["channels", ...spatial];
    expectRank(this, onlyInput(this, inputs), ["batch", ...behind]);
  }

  /** Which axis holds the channels. */
  protected get channelsAxis(): number {
    return this.dataFormat === "channelsLast" ? this.spatialRank + 1 : 1;
  }

  /** The sizes of an input's spatial axes; null where one is open. */
  protected spatialSizes({ shape }: OpenType): readonly (number | null)[] {
    return this.dataFormat === "channelsLast" ? shape.slice(1, -1) : shape.slice(2);
  }

  /**
   * Runs `work` on the input with channels first, and gives its result, channels first again, in the layer's
   * own format.
   */
  protected onChannelsFirst(x: Value, work: (image: Value) => Value): Value {
    const y = work(this.channelsFirst(x));
    return this.dataFormat === "channelsLast" ? transpose(y, [0, ...range(2, y.rank), 1]) : y;
  }

  /** The input with channels first. */
  protected channelsFirst(x: Value): Value {
    return this.dataFormat === "channelsLast" ? transpose(x, [0, x.rank - 1, ...range(1, x.rank - 1)]) : x;
  }

  /** @throws when a spatial axis, `added` elements longer, is smaller than `least` */
  protected requireSizes(input: OpenType, least: readonly number[], added = 0): void {
    const sizes = this.spatialSizes(input);
    if (sizes.every((size, axis) => size === null || size + added >= (least[axis] as number))) return;
    throw this.error(
      `the window covers ${least.join(" × ")}, which is more than there is of ${describeInput(input)}. ` +
        `Take a smaller one, or padding: "same".`,
    );
  }

  override mask(): readonly undefined[] {
    return [];
  }
}

/** The whole numbers from `start` up to `end`, exclusive. */
export function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

/** `channelsLast` or `channelsFirst`. */
export const dataFormat: Field<DataFormat> = oneOf<DataFormat>(
  ["channelsLast", "channelsFirst"],
  "channelsLast",
);

/** {@link Sizes} as a list of `rank` whole numbers of at least `least`. Without a default they are required. */
export function sizes(
  rank: SpatialRank,
  { least = 1, fallback }: { readonly least?: number; readonly fallback?: number } = {},
): Field<readonly number[]> {
  const fits = (size: unknown): boolean => Number.isSafeInteger(size) && Number(size) >= least;
  const lists = rank === 1 ? "" : ` or an array of ${rank} of them`;
  return converting(
    `a whole number from ${least}${lists}`,
    (value) => {
      const list: readonly unknown[] = Array.isArray(value) ? value : new Array<unknown>(rank).fill(value);
      return list.length === rank && list.every(fits) ? (list as readonly number[]) : undefined;
    },
    { fallback },
  );
}
