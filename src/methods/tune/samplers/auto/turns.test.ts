import { describe, expect, it } from "vitest";
import type { Seen } from "../sampler.js";
import { turnsOf } from "./turns.js";

const trials = (losses: readonly number[]): Seen[] =>
  losses.map((loss, number) => ({ number, point: new Map(), state: "complete", loss }));
const options = { startup: 4, patience: 3, guardEvery: 8 };

describe("turns", () => {
  it("are the model's while it gains", () => {
    const falling = trials(Array.from({ length: 40 }, (_, i) => 1 / (i + 1)));
    expect(new Set(turnsOf(falling, 40, options).values())).toEqual(new Set(["model"]));
  });

  it("are shared where it does not", () => {
    const turns = [...turnsOf(trials(new Array(23).fill(1)), 23, options).values()];
    expect(turns.slice(0, 7)).toEqual(new Array(7).fill("model"));
    expect(turns.slice(7, 16)).toEqual([
      ...["guard", "model", "region", "model", "region", "model", "region", "model", "guard"],
    ]);
  });

  it("are the model's again once it gains, not once the region does", () => {
    const flat = new Array(12).fill(1);
    // Trial 12 is the model's, trial 13 the region's.
    expect(turnsOf(trials([...flat, 0.5]), 13, options).get(13)).toBe("model");
    expect(turnsOf(trials([...flat, 1, 0.5]), 15, options).get(15)).toBe("guard");
    expect(turnsOf(trials([...flat, 1, 0.5, 1, 1, 1]), 17, options).get(17)).toBe("region");
  });

  it("do not change for earlier trials as others come", () => {
    const losses = Array.from({ length: 60 }, (_, i) => Math.sin(i * i) / (1 + i / 9));
    const all = turnsOf(trials(losses), 60, options);
    for (const n of [5, 20, 41]) {
      expect([...turnsOf(trials(losses.slice(0, n)), n, options)]).toEqual([...all].slice(0, n + 1));
    }
  });

  it("take failures and what is no number for no gain", () => {
    const failed = trials(new Array(12).fill(Number.NaN)).map((trial) => ({
      ...trial,
      state: "failed" as const,
    }));
    expect(turnsOf(failed, 13, options).get(13)).toBe("region");
  });
});
