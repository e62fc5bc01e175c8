import { describe, expect, it, vi } from "vitest";
import { tensor } from "../../../engine/tensor/tensor.js";
import { endingText, float, openStudy, split } from "../index.js";

/** A value with noise of deviation 1 that depends on the trial's seed, around x². */
const noisy = ({
  params,
  seed,
}: {
  readonly params: { readonly x: number };
  readonly seed: number;
}): number => {
  const turns = (Math.sin(seed) * 43758.5453) % 1;
  return params.x ** 2 + 3.4 * (Math.abs(turns) - 0.5);
};

describe("split", () => {
  const data = {
    x: tensor(
      Float32Array.from({ length: 10 }, (_, i) => i),
      { shape: [10, 1] },
    ),
    y: [..."abcdefghij"],
  };

  it("gives every row to one part", () => {
    const { train, validation, test } = split(data, { seed: 3 });
    expect(train.y.length).toBe(6);
    expect(validation.x.shape).toEqual([2, 1]);
    expect(test.rows).toBe(2);
    const seen = new Set([...train.y, ...validation.y]);
    expect(seen.size).toBe(8);
    expect(Object.values(test)).toEqual([2]);
    expect(split(data, { seed: 3 }).train.y).toEqual(train.y);
    expect(split(data, { seed: 4 }).train.y).not.toEqual(train.y);
  });

  it("keeps time and groups", () => {
    const inOrder = split(data, { shuffle: false });
    expect(inOrder.train.y.join("")).toBe("abcdef");
    expect(inOrder.validation.y.join("")).toBe("gh");
    const groups = [0, 0, 0, 1, 1, 1, 2, 2, 3, 3];
    const { train, validation } = split(data, { groups, seed: 1 });
    const groupsOf = (letters: readonly string[]) =>
      new Set(letters.map((one) => groups[data.y.indexOf(one)]));
    expect([...groupsOf(train.y)].filter((one) => groupsOf(validation.y).has(one))).toEqual([]);
  });

  it("refuses what cannot be split", () => {
    expect(() => split({ x: data.x, y: ["a"] })).toThrow('"x" has 10 rows, and "y" 1');
    expect(() => split(data, { test: 0.5, validation: 0.5 })).toThrow("leave nothing to train on");
    expect(() => split({ x: [1, 2] }, { test: 0.1 })).toThrow("no rows are left for");
    expect(() => split(data, { tset: 0.1 } as never)).toThrow('Did you mean "test"?');
  });
});

describe("finish", () => {
  it("states what the search flattered itself by", async () => {
    const study = await openStudy({ space: { x: float(-0.3, 0.3) }, seed: 1, sampler: "random" });
    await study.run(noisy, { trials: 100 });
    const { test } = split(
      { y: Array.from({ length: 400 }, (_, i) => noisy({ params: { x: 0 }, seed: i + 1 })) },
      { test: 0.5 },
    );
    const ending = await study.finish({ candidates: 4, repeats: 8, test, measure: ({ y }) => y });
    // The least of 100 equal ones lies 1.7 below their mean, with this noise.
    expect(ending.validation).toBeLessThan(-1.5);
    expect(Math.abs(ending.reevaluated)).toBeLessThan(1);
    expect(ending.optimism).toBeGreaterThan(0.8);
    expect(ending.test?.interval?.[0]).toBeLessThan(ending.test?.value ?? 0);
    expect(ending.candidates.every(({ repeats }) => repeats.length === 8)).toBe(true);
    expect(study.ending).toBe(ending);
    expect(study.count).toBe(100);
    const text = endingText(ending, study.direction);
    expect(text).toContain("8 other seeds; optimism");
    const again = await study.finish({ candidates: 4, repeats: 8, test, measure: ({ y }) => y });
    expect(again.candidates).toEqual(ending.candidates);
    expect(again.test?.looks).toBe(2);
    expect(endingText(again, study.direction)).toContain("were looked at 2 times");
  });

  it("goes on after an objective that fails, and says what it cannot do", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    await expect(study.finish()).rejects.toThrow("what evaluates the trials is not known here");
    await expect(study.finish({ objective: () => 1 })).rejects.toThrow("no trial is complete");
    await study.run(
      ({ params, repeat }) => {
        if (repeat === 1) throw new Error("bad seed");
        return params.x;
      },
      { trials: 5 },
    );
    const ending = await study.finish({ candidates: 2, repeats: 2 });
    expect(ending.candidates.map(({ repeats }) => repeats.length)).toEqual([1, 1]);
    expect(ending.optimism).toBe(0);
    await expect(study.finish({ measure: () => 1 })).rejects.toThrow("test and measure go together");
  });

  it("knows what another copy of this library sealed, as a script's own", async () => {
    vi.resetModules();
    const copy = await import("../index.js");
    expect(copy.split).not.toBe(split);
    const { test } = copy.split({ x: [1, 2, 3, 4, 5] });
    const study = await openStudy({ space: { x: float(0, 1) } });
    await study.run(({ params }) => params.x, { trials: 2 });
    const { test: figure } = await study.finish({ repeats: 0, test: test as never, measure: () => 3 });
    expect(figure).toMatchObject({ value: 3, rows: 1, looks: 1 });
    const refused = study.finish({ repeats: 0, test: { rows: 1 } as never, measure: () => 3 });
    await expect(refused).rejects.toThrow("study: finish: test must be the test part of split");
  });
});
