/** The part of the unit cube in which numbers are looked for, by places of an encoding; categories are free. */
export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** All of it. */
export function wholeBox(width: number): Box {
  return { low: new Float64Array(width), high: new Float64Array(width).fill(1) };
}

/** A place in the box of one from 0 to 1. */
export function withinBox({ low, high }: Box, place: number, u: number): number {
  return low[place]! + u * (high[place]! - low[place]!);
}

/** The nearest place in the box. */
export function clampedToBox({ low, high }: Box, place: number, u: number): number {
  return Math.min(high[place]!, Math.max(low[place]!, u));
}
