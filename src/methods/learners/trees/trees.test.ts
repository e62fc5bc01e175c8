import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { checkData } from "../checkData.js";
import type { LearnerData } from "../learner.js";
import { Matrix, matrixOf } from "../matrix.js";
import { madeUp } from "../testing/goldens.js";
import { between, binned, missingBin } from "./bins.js";
import { gradientBoosting } from "./gradientBoosting.js";
import { fitForest, randomForest, readForestOptions } from "./randomForest.js";
import { tree } from "./tree.js";

const random = new Generator(5);

function dataOf(
  columns: readonly (readonly number[])[],
  y: readonly number[],
  classes?: number,
): LearnerData {
  const rows = y.length;
  const data = Float64Array.from({ length: rows * columns.length }, (_, at) => {
    return columns[at % columns.length]![Math.floor(at / columns.length)]!;
  });
  return { x: new Matrix(rows, columns.length, data), y: Float64Array.from(y), classes, random };
}

const predicted = async (
  learner: ReturnType<typeof tree>,
  data: LearnerData,
  x = data.x,
): Promise<number[]> => Array.from(await (await learner.fit(data)).predict(x));

/** A tree by the definition: every cut between neighbouring numbers is tried. */
function plainTree(
  x: readonly (readonly number[])[],
  y: readonly number[],
  depth: number,
): (row: readonly number[]) => number {
  const mean = (v: readonly number[]): number => v.reduce((sum, one) => sum + one, 0) / v.length;
  const squares = (v: readonly number[]): number => v.reduce((sum, one) => sum + (one - mean(v)) ** 2, 0);
  let best = { loss: squares(y) - 1e-9, column: -1, cut: 0 };
  for (let j = 0; depth > 0 && j < x[0]!.length; j++) {
    const sorted = [...new Set(x.map((row) => row[j]!))].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) {
      const cut = between(sorted[i - 1]!, sorted[i]!);
      const loss =
        squares(y.filter((_, r) => x[r]![j]! <= cut)) + squares(y.filter((_, r) => x[r]![j]! > cut));
      if (loss < best.loss - 1e-9) best = { loss, column: j, cut };
    }
  }
  if (best.column < 0) return () => mean(y);
  const side = (left: boolean): ReturnType<typeof plainTree> => {
    const own = y.map((_, r) => r).filter((r) => x[r]![best.column]! <= best.cut === left);
    return plainTree(
      own.map((r) => x[r]!),
      own.map((r) => y[r]!),
      depth - 1,
    );
  };
  const [left, right] = [side(true), side(false)];
  return (row) => (row[best.column]! <= best.cut ? left(row) : right(row));
}

describe("bins", () => {
  it("cut between neighbouring float32 numbers at one of them", () => {
    const a = Math.fround(0.1);
    const b = Math.fround(0.1 + 2 ** -27);
    expect(between(a, b)).toBe(a);
    expect(between(1, 2)).toBe(1.5);
    expect(between(-3e38, 3e38)).toBe(0);
  });

  it("hold every distinct number, or equally many rows", () => {
    const few = binned("test", dataOf([[3, 1, 1, Number.NaN, 2]], [0, 0, 0, 0, 0]).x);
    expect([...few.bins]).toEqual([2, 0, 0, missingBin, 1]);
    const many = binned("test", madeUp(10_000, 1).x);
    const counts = new Array<number>(many.columns[0]!.count).fill(0);
    for (const bin of many.bins) counts[bin]!++;
    expect(counts.length).toBe(255);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  });

  it("refuse columns that are not there, and too many categories", () => {
    const { x } = madeUp(400, 1);
    expect(() => binned("tree", x, [1])).toThrow("tree: categories names column 1, but there are 1");
    expect(() => binned("tree", x, [0])).toThrow("tree: column 0 has more than 255 categories.");
  });
});

describe("a tree", () => {
  it("is that of the definition", async () => {
    for (const depth of [1, 2, 4, 9]) {
      const { x, y } = madeUp(60, 3);
      const rows = Array.from({ length: 60 }, (_, i) =>
        [...x.data.subarray(i * 3, i * 3 + 3)].map(Math.fround),
      );
      const made = tree({ maxDepth: depth, minSplitRows: 2, minLeafRows: 1, minImprovement: 0 });
      const plain = plainTree(rows, [...y], depth);
      const received = await predicted(made, { x, y, random });
      for (const [i, row] of rows.entries()) expect(received[i]).toBeCloseTo(plain(row), 9);
    }
  });

  it("counts a row of weight 2 as two rows", async () => {
    for (const classes of [undefined, 2, 3]) {
      const data = madeUp(40, 2, classes);
      const weights = Float64Array.from({ length: 40 }, (_, i) => 1 + (i % 2));
      const rows = Int32Array.from({ length: 60 }, (_, i) => (i < 40 ? i : 2 * (i - 40) + 1));
      const twice = { ...data, x: data.x.select({ rows }), y: Float64Array.from(rows, (i) => data.y[i]!) };
      const made = tree({ minSplitRows: 2, minLeafRows: 1, maxDepth: 4, minImprovement: 0 });
      const [a, b] = [await predicted(made, { ...data, weights }), await predicted(made, twice, data.x)];
      for (const [i, one] of a.entries()) expect(one).toBeCloseTo(b[i]!, 9);
    }
  });

  it("learns where missing numbers belong, and parts them from all others", async () => {
    const none = Number.NaN;
    const column = [1, 2, 3, 4, none, none, none, none];
    const made = tree({ minSplitRows: 2, minLeafRows: 1, minImprovement: 0, maxDepth: 1 });
    expect(await predicted(made, dataOf([column], [0, 0, 5, 5, 5, 5, 5, 5]))).toEqual([
      0, 0, 5, 5, 5, 5, 5, 5,
    ]);
    expect(await predicted(made, dataOf([column], [0, 0, 5, 5, 0, 0, 0, 0]))).toEqual([
      0, 0, 5, 5, 0, 0, 0, 0,
    ]);
    expect(await predicted(made, dataOf([column], [0, 0, 0, 0, 9, 9, 9, 9]))).toEqual([
      0, 0, 0, 0, 9, 9, 9, 9,
    ]);
    // Where none were missing they go with the more.
    const data = dataOf([[1, 2, 3, 4, 5]], [0, 0, 0, 7, 7]);
    expect((await predicted(made, data, new Matrix(1, 1, Float64Array.of(none))))[0]).toBeCloseTo(0, 12);
  });

  it("parts categories whatever their numbers", async () => {
    const column = [7, 2, 9, 4, 7, 2, 9, 4];
    for (const [y, classes] of [
      [[1, 1, 0, 0, 1, 1, 0, 0], undefined],
      [[2, 2, 0, 0, 2, 2, 0, 0], 3],
    ] as const) {
      const data = dataOf([column], y, classes);
      const options = { minSplitRows: 2, minLeafRows: 1, maxDepth: 1, minImprovement: 0 };
      const exact =
        classes === undefined ? [...y] : y.flatMap((one) => [0, 1, 2].map((k) => Number(k === one)));
      expect(await predicted(tree({ ...options, categories: [0] }), data)).toEqual(exact);
      expect(await predicted(tree(options), data)).not.toEqual(exact);
      const boosted = gradientBoosting({
        minLeafRows: 1,
        maxLeaves: 2,
        learningRate: 1,
        rounds: 1,
        categories: [0],
      });
      if (classes === undefined) expect(await predicted(boosted, data)).toEqual(exact);
      // One that never occurred is like a missing one.
      const fitted = await tree({ ...options, categories: [0] }).fit(data);
      expect((await fitted.predict(new Matrix(1, 1, Float64Array.of(5)))).every(Number.isFinite)).toBe(true);
    }
  });

  it("keeps to its limits", async () => {
    const data = madeUp(100, 2);
    const leaves = async (options: Parameters<typeof tree>[0]): Promise<number[]> => {
      const found = await predicted(tree({ minImprovement: 0, ...options }), data);
      const counts = new Map<number, number>();
      for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
      return [...counts.values()];
    };
    expect(Math.min(...(await leaves({ minLeafRows: 9, minSplitRows: 2 })))).toBeGreaterThanOrEqual(9);
    expect((await leaves({ maxDepth: 2, minLeafRows: 1 })).length).toBe(4);
    expect((await leaves({ minImprovement: 0.99 })).length).toBe(1);
    expect(() => tree({ minLeafRows: 0 })).toThrow(
      "tree: minLeafRows must be a whole number from 1, received 0.",
    );
  });
});

describe("a random forest", () => {
  it("is the mean of its trees, and one tree without drawing is the tree", async () => {
    const data = madeUp(80, 3);
    const alone = randomForest({ trees: 1, bootstrap: false, columnShare: 1 });
    const same = tree({ minSplitRows: 2, minLeafRows: 1, minImprovement: 0, maxDepth: 100 });
    expect(await predicted(alone, data)).toEqual(await predicted(same, data));
  });

  it("finds the columns that matter", async () => {
    const data = checkData("test", madeUp(300, 6));
    const { importances } = await fitForest(data, readForestOptions("test", { trees: 20 }));
    expect(importances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
    expect(importances[0]! + importances[1]!).toBeGreaterThan(0.8);
  });

  it("generalises better than one tree, on two classes as on many", async () => {
    for (const classes of [undefined, 2, 4]) {
      const all = madeUp(600, 5, classes);
      const rows = (from: number, to: number): number[] =>
        Array.from({ length: to - from }, (_, i) => from + i);
      const data = { ...all, x: all.x.select({ rows: rows(0, 300) }), y: all.y.slice(0, 300) };
      const width = classes ?? 1;
      const risk = async (made: ReturnType<typeof tree>): Promise<number> => {
        const found = await predicted(made, data, all.x.select({ rows: rows(300, 600) }));
        return found.reduce((sum, one, at) => {
          const y = all.y[300 + Math.floor(at / width)]!;
          return sum + (one - (classes === undefined ? y : Number(y === at % width))) ** 2;
        }, 0);
      };
      const single = await risk(tree());
      expect(await risk(randomForest({ trees: 40 }))).toBeLessThan(0.9 * single);
      expect(await risk(gradientBoosting({ rounds: 60 }))).toBeLessThan(0.9 * single);
    }
  });
});

describe("gradient boosting", () => {
  it("takes a step towards the means of the first tree's leaves", async () => {
    const data = madeUp(60, 2);
    const first = tree({ maxDepth: 1, minLeafRows: 1, minImprovement: 0 });
    const boosted = gradientBoosting({ rounds: 1, maxLeaves: 2, learningRate: 0.3, minLeafRows: 1 });
    const [leaves, received] = [await predicted(first, data), await predicted(boosted, data)];
    const mean = data.y.reduce((sum, one) => sum + one, 0) / 60;
    // Thresholds differ, the rows' sides do not.
    for (const [i, one] of leaves.entries()) expect(received[i]).toBeCloseTo(mean + 0.3 * (one - mean), 9);
  });

  it("takes Newton's step in the leaves of two classes", async () => {
    const data = dataOf([[1, 1, 1, 2, 2, 2, 2, 2]], [0, 0, 1, 1, 1, 1, 1, 0], 2);
    const received = await predicted(
      gradientBoosting({ rounds: 1, learningRate: 1, minLeafRows: 1, l2: 0.5 }),
      data,
    );
    const share = 5 / 8;
    const step = (positive: number, rows: number): number =>
      (positive - rows * share) / (rows * share * (1 - share) + 0.5);
    const expected = 1 / (1 + Math.exp(-Math.log(share / (1 - share)) - step(1, 3)));
    expect(received[1]).toBeCloseTo(expected, 12);
  });

  it("explains y that its columns tell apart, with rows and columns drawn and with weights", async () => {
    const data = { ...madeUp(400, 3), weights: Float64Array.from({ length: 400 }, (_, i) => 1 + (i % 3)) };
    for (const options of [{}, { rowShare: 0.5 }, { columnShare: 0.5 }, { maxDepth: 3, maxLeaves: 8 }]) {
      const found = await predicted(gradientBoosting({ ...options, minLeafRows: 5 }), data);
      const left = found.reduce((sum, one, i) => sum + (one - data.y[i]!) ** 2, 0) / 400;
      expect(left).toBeLessThan(0.2);
    }
  });

  it("knows numbers by no more thresholds than there are bins", async () => {
    const data = madeUp(400, 3);
    for (const maxBins of [2, 5, 64]) {
      const fitted = await gradientBoosting({ maxBins, rounds: 60, minLeafRows: 1 }).fit(data);
      const thresholds = new Set<number>();
      const line = Float64Array.from({ length: 2000 }, (_, i) => -4 + i / 250);
      for (const column of [0, 1, 2]) {
        const rows = Array.from(line, (at) => [0, 1, 2].map((j) => (j === column ? at : 0)));
        const along = await fitted.predict(matrixOf(rows));
        thresholds.clear();
        for (let i = 1; i < along.length; i++) if (along[i] !== along[i - 1]) thresholds.add(i);
        expect(thresholds.size).toBeLessThan(maxBins);
        if (maxBins < 64) expect(thresholds.size).toBeGreaterThan(0);
      }
    }
    expect(() => gradientBoosting({ maxBins: 256 })).toThrow(/maxBins must be .*255/);
  });

  it("ends early and keeps the best round", async () => {
    const data = madeUp(200, 3);
    const noise = { ...data, y: Float64Array.from({ length: 200 }, (_, i) => new Generator(i).normal()) };
    const fitted = await gradientBoosting({ rounds: 200, patience: 3, minLeafRows: 2 }).fit(noise);
    const rounds = atob(fitted.state.roots as string).length / 4;
    expect(rounds).toBeLessThan(50);
  });
});
