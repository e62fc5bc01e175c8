import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tensor } from "../../../engine/tensor/tensor.js";
import { endingText, float, int, openStudy, split } from "../index.js";
import { space as troubles } from "../testing/troubles.objective.js";

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
});

describe("finish, where repeats fail", () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "imago-")), "study");
  });
  afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

  const space = { x: int(1, 3) };
  const rows = { y: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
  const open = () => openStudy({ space, seed: 1, folder, sampler: "grid" });
  type Seen = { readonly params: { readonly x: number }; readonly repeat: number };

  it("chooses among those that did not, and keeps it in the folder", async () => {
    // 1 fails always, 2 with one seed, and 3 never.
    const objective = ({ params: { x }, repeat }: Seen): number => {
      if (repeat > 0 && (x === 1 || (x === 2 && repeat === 1))) throw new Error("bad seed");
      return x;
    };
    const study = await open();
    await study.run(objective, { trials: 3 });
    const { test } = split(rows);
    const ending = await study.finish({ repeats: 2, test, measure: ({ y }) => y.map(() => 1) });
    await study.close();
    expect(study.record(ending.trial)?.params.x).toBe(3);
    const found = ending.candidates.map(({ repeats, failed, mean }) => [repeats, failed, mean]);
    expect(found).toEqual([
      [[], 2, undefined],
      [[2], 1, 2],
      [[3, 3], 0, 3],
    ]);
    const [one, two] = ending.candidates.map(({ trial }) => trial);
    const text = endingText(ending, study.direction);
    expect(text).toContain("(2 other seeds; optimism 2)");
    expect(text).toContain(`Trial ${one} failed with 2 of 2 other seeds.`);
    expect(text).toContain(`Trial ${two} failed with 1 of 2 other seeds.`);
    const again = await open();
    expect(again.ending).toEqual(JSON.parse(JSON.stringify(ending)));
    await again.close();
  });

  it("looks at no test data where all did, and goes on once the objective is mended", async () => {
    const measure = vi.fn(() => 1);
    const study = await open();
    await study.run(({ params: { x } }) => x, { trials: 3 });
    const { test } = split(rows);
    const objective = (): number => Number.POSITIVE_INFINITY;
    await expect(study.finish({ objective, repeats: 2, test, measure })).rejects.toThrow(
      "all candidates failed whenever they were evaluated again, the last because the objective gave Infinity",
    );
    expect(measure).not.toHaveBeenCalled();
    const ending = await study.finish({ objective: ({ params: { x } }) => x, repeats: 2, test, measure });
    expect(ending).toMatchObject({ reevaluated: 1, optimism: 0, test: { looks: 1 } });
    await study.close();
  });

  it("tries one again whose process was lost, three times", async () => {
    const script = new URL("../testing/troubles.objective.ts", import.meta.url);
    const study = await openStudy({ space: troubles, folder });
    // 4 ends its process twice, and 0 whenever it is called.
    for (const [what, value] of [
      [0, 1],
      [4, 2],
    ] as const) {
      await study.enqueue({ what });
      const trial = await study.ask();
      await study.tell(trial!, value);
    }
    const ending = await study.finish({ objective: { script }, repeats: 1, parallel: 2 });
    expect(ending.candidates).toMatchObject([
      { repeats: [], failed: 1 },
      { repeats: [3], failed: 0 },
    ]);
    await study.close();
  }, 60_000);

  it("waits for none longer than its limit, and not for one that hangs when the signal aborts", async () => {
    const study = await open();
    await study.run(({ params: { x } }) => x, { trials: 3 });
    const hangs = ({ params: { x } }: Seen): number | Promise<number> =>
      x === 1 ? new Promise<number>(() => {}) : x;
    const control = new AbortController();
    setTimeout(() => control.abort(new Error("enough")), 50);
    const aborted = study.finish({ objective: hangs, repeats: 1, signal: control.signal });
    await expect(aborted).rejects.toThrow("enough");
    const ending = await study.finish({ objective: hangs, repeats: 1, trialTimeLimit: 50 });
    expect(ending.candidates.map(({ failed }) => failed)).toEqual([1, 0, 0]);
    expect(ending.reevaluated).toBe(2);
    await study.close();
  });

  it("never ends with numbers that JSON has not", async () => {
    const study = await open();
    await study.run(({ params: { x } }) => -1e308 * x ** 0, { trials: 1 });
    const objective = ({ repeat }: Seen): number => (repeat === 1 ? 1.7e308 : 1.6e308);
    const ending = await study.finish({ objective, repeats: 2 });
    expect(ending.reevaluated / 1.65e308).toBeCloseTo(1, 12);
    expect(ending.optimism).toBe(Number.MAX_VALUE);
    await study.close();
  });

  it("is for one direction", async () => {
    const study = await openStudy({ space, direction: ["minimize", "maximize"] });
    await study.run(({ params: { x } }) => [x, x], { trials: 2 });
    await expect(study.finish()).rejects.toThrow("it chooses by one direction, and this study has several.");
  });
});

describe("the interval of test data", () => {
  const measured = async (rows: number, measure: () => unknown) => {
    const study = await openStudy({ space: { x: int(1, 3) } });
    await study.run(({ params: { x } }) => x, { trials: 1 });
    const y = Array.from({ length: 2 * rows }, () => 0);
    const { test } = split({ y }, { validation: 0, test: 0.5 });
    return (await study.finish({ repeats: 0, test, measure: measure as never })).test;
  };

  it("goes by Student's t, with a degree of freedom less than there are rows", async () => {
    const found = await measured(3, () => [1, 2, 3]);
    const half = (0.95 * Math.sqrt(2 / (4 * 0.975 * 0.025))) / Math.sqrt(3);
    expect(found?.interval?.[0]).toBeCloseTo(2 - half, 12);
    expect(found?.interval?.[1]).toBeCloseTo(2 + half, 12);
    const known = await measured(3, () => ({ value: 2, standardError: 1 }));
    expect(known?.interval?.[1]).toBeCloseTo(3.959963984540054, 12);
    const parts = await measured(3, () => ({ value: 2, standardError: 1, degreesOfFreedom: 4 }));
    expect(parts?.interval?.[1]).toBeCloseTo(4.7764451051977987, 12);
    expect((await measured(1, () => [1]))?.interval).toBeUndefined();
  });

  it("of what is right or wrong is Clopper and Pearson's", async () => {
    const some = await measured(20, () => Array.from({ length: 20 }, (_, row) => (row === 0 ? 0 : 1)));
    expect(some?.interval?.[0]).toBeCloseTo(0.7512672, 7);
    expect(some?.interval?.[1]).toBeCloseTo(0.9987349, 7);
    const all = await measured(100, () => new Uint8Array(100).fill(1));
    expect(all?.interval?.[0]).toBeCloseTo(0.9637833, 7);
    expect(all?.interval?.[1]).toBe(1);
  });

  it("wants a number for each row", async () => {
    await expect(measured(3, () => [1, 2])).rejects.toThrow(
      "measure gave 2 numbers, and the test data have 3 rows.",
    );
    await expect(measured(3, () => [1, 2, Number.NaN])).rejects.toThrow("must give a finite number");
    const none = () => ({ value: 1, standardError: 1, degreesOfFreedom: 0 });
    await expect(measured(3, none)).rejects.toThrow("degreesOfFreedom 0; it must be a number above 0");
  });
});

// The last, as what is loaded from here on is another copy.
describe("finish, of another copy", () => {
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
