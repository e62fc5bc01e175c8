import { expect, it } from "vitest";
import { bracketsOf, hyperband, roundOf } from "./hyperband.js";
import type { Followed } from "./pruner.js";

const trial = (number: number, losses: readonly number[]): Followed => ({
  number,
  state: "running",
  reports: losses.map((loss, step) => [step + 1, loss] as const),
});

it("has the brackets and budgets of the paper's algorithm, of exact powers too", () => {
  // ⌈5·81/5⌉, ⌈5·27/4⌉, ⌈5·9/3⌉, ⌈5·3/2⌉, ⌈5·1/1⌉.
  expect(bracketsOf({ first: 1, last: 81, factor: 3 })).toEqual([
    { first: 1, trials: 81 },
    { first: 3, trials: 34 },
    { first: 9, trials: 15 },
    { first: 27, trials: 8 },
    { first: 81, trials: 5 },
  ]);
  for (const [last, factor, count] of [
    [243, 3, 6],
    [1000, 10, 4],
    [125, 5, 4],
    [242, 3, 5],
    [1, 3, 1],
  ] as const) {
    expect(bracketsOf({ first: 1, last, factor })).toHaveLength(count);
  }
  expect(bracketsOf({ first: 0.5, last: 4, factor: 2 }).map(({ first }) => first)).toEqual([0.5, 1, 2, 4]);
});

it("goes round the brackets, each spread over a round", () => {
  expect(roundOf([4, 2, 1])).toEqual([0, 1, 0, 2, 0, 1, 0]);
  const round = roundOf([81, 34, 15, 8, 5]);
  expect([0, 1, 2, 3, 4].map((own) => round.filter((one) => one === own).length)).toEqual([81, 34, 15, 8, 5]);
  expect(new Set(round.slice(0, 29)).size).toBe(5);
});

it("judges a trial among those of its bracket, from its first rung on", () => {
  // Rungs 1, 3, 9: three brackets with 9, 5 and 3 trials of 17.
  const pruner = hyperband({ last: 9 });
  const round = roundOf([9, 5, 3]);
  const [early, late] = [0, 1].map((own) => round.indexOf(own)) as [number, number];
  const others = Array.from({ length: 17 }, (_, number) => trial(number, [1, 1, 1]));
  const besides = (own: number): Followed[] => others.filter(({ number }) => number !== own);
  expect(pruner.shouldPrune({ trial: trial(early, [2]), others: besides(early) })).toBe(true);
  expect(pruner.shouldPrune({ trial: trial(late, [2, 2]), others: besides(late) })).toBe(false);
  expect(pruner.shouldPrune({ trial: trial(late, [2, 2, 2]), others: besides(late) })).toBe(true);
  const apart = others.filter(({ number }) => round[number] !== 1);
  expect(pruner.shouldPrune({ trial: trial(late, [2, 2, 2]), others: apart })).toBe(false);
  const whole = trial(late, [2, 2, 0, 2, 2, 2, 2, 2, 2]);
  expect(pruner.shouldPrune({ trial: whole, others: [...others, trial(late, new Array(9).fill(1))] })).toBe(
    false,
  );
  expect(pruner.shouldPrune({ trial: trial(late + 17, [2, 2, 2]), others: besides(late) })).toBe(true);
});

it("refuses what is out of range", () => {
  expect(() => hyperband({ first: 3, last: 2 })).toThrow(
    "hyperband: last must be 3, which is first, or more, received 2.",
  );
  expect(() => hyperband({ eta: 3 } as never)).toThrow('hyperband: unknown option "eta".');
  expect(hyperband({ factor: 4 }).config).toEqual({ first: 1, last: 81, factor: 4 });
});
