import { expect } from "vitest";
import type { TilesAlong } from "../tiles.js";

/** Checks that the shares of tiles add up to 1 at each of `length` pixels, not shifted and shifted by the jitter. */
export function expectCovered({ tile, starts, shares }: TilesAlong, length: number, jitter: number): void {
  for (const shift of [0, jitter]) {
    const total = new Float64Array(length);
    starts.forEach((start, index) => {
      for (let at = 0; at < tile; at++) {
        const place = start - shift + at;
        if (place >= 0 && place < length) total[place]! += shares[index]?.[at] as number;
      }
    });
    for (const sum of total) expect(sum).toBeCloseTo(1, 5);
  }
}
