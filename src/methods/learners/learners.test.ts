import { expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { errorOf, expectRefusals } from "../../testing/optionRefusals.js";
import type { Learner, LearnerData } from "./learner.js";
import { Matrix, matrixOf } from "./matrix.js";
import { network } from "./network/network.js";
import { learner, learnerTypes } from "./resolve.js";
import { restoreFitted } from "./restoreFitted.js";
import { madeUp } from "./testing/goldens.js";

const random = new Generator(3);
const quick: Readonly<Record<string, Learner>> = {
  mlp: learnerTypes.mlp({ epochs: 2, hidden: [4] }),
  residualMlp: learnerTypes.residualMlp({ epochs: 2, width: 8, hidden: 8 }),
  randomForest: learnerTypes.randomForest({ trees: 15 }),
  gradientBoosting: learnerTypes.gradientBoosting({ rounds: 15 }),
};
const all = learner.names.map((name) => quick[name] ?? learner(name));
const tasksOf = ({ name }: Learner): (number | undefined)[] =>
  name === "logistic" ? [2] : name === "softmaxRegression" ? [2, 3] : [undefined, 2, 3];
const networks = ["mlp", "residualMlp"];
const takesMissing = ["mean", "tree", "randomForest", "gradientBoosting"];

async function predicted(learner: Learner, data: LearnerData, x: Matrix = data.x): Promise<Float64Array> {
  return (await learner.fit(data)).predict(x);
}

for (const made of all) {
  it(`${made.name} is made again from its name and its options`, () => {
    expect(learner({ name: made.name, config: JSON.parse(JSON.stringify(made.config)) }).config).toEqual(
      made.config,
    );
  });

  it(`${made.name} gives the same for the same seed, and nothing that is not finite`, async () => {
    for (const classes of tasksOf(made)) {
      const data = madeUp(60, 3, classes);
      const first = await predicted(made, data);
      expect(await predicted(made, data)).toEqual(first);
      expect(first.every(Number.isFinite)).toBe(true);
      if (classes === undefined) continue;
      for (let i = 0; i < first.length; i += classes) {
        expect(first.subarray(i, i + classes).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
      }
    }
  });

  it(`${made.name} bears constant and dependent columns, few rows, one row and one class`, async () => {
    for (const classes of tasksOf(made)) {
      const wide = matrixOf([
        [1, 2, 4, 0, 3, 5],
        [1, 3, 6, 1, 1, 7],
        [1, 5, 10, 1, 0, 2],
      ]);
      const y = classes === undefined ? Float64Array.of(1, 2, 4) : Float64Array.of(0, 1, 1);
      const one = wide.select({ rows: [1] });
      for (const data of [
        { x: wide, y, classes, random },
        { x: one, y: y.slice(1, 2), classes, random },
        { x: wide, y: new Float64Array(3), classes, random },
      ]) {
        expect((await predicted(made, data)).every(Number.isFinite)).toBe(true);
      }
      const same = await predicted(made, { x: wide, y: new Float64Array(3), classes, random });
      const expected =
        classes === undefined ? [0, 0, 0] : [0, 1, 2].flatMap(() => [1, ...new Array(classes - 1).fill(0)]);
      if (!networks.includes(made.name))
        for (const [i, value] of expected.entries()) expect(same[i]).toBeCloseTo(value, 6);
    }
  });

  it(`${made.name} does not see rows of weight 0`, async () => {
    for (const classes of tasksOf(made)) {
      const data = madeUp(40, 3, classes);
      const rows = Int32Array.from(data.y.keys()).filter((i) => i % 4 !== 0);
      const kept = { ...data, x: data.x.select({ rows }), y: Float64Array.from(rows, (i) => data.y[i]!) };
      const weights = Float64Array.from(data.y, (_, i) => (i % 4 === 0 ? 0 : 2));
      expect(await predicted(made, { ...data, weights })).toEqual(await predicted(made, kept, data.x));
    }
  });

  it(`${made.name} says which number is missing, or learns from it`, async () => {
    for (const classes of tasksOf(made)) {
      const data = madeUp(60, 3, classes);
      const cells = data.x.data.slice();
      for (let i = 0; i < 60; i += 5) cells[i * 3 + 1] = Number.NaN;
      const x = new Matrix(60, 3, cells);
      if (takesMissing.includes(made.name)) {
        expect((await predicted(made, { ...data, x })).every(Number.isFinite)).toBe(true);
      } else {
        const fitted = await made.fit(data);
        const where = `${made.name}: x[0, 1] is NaN (row 0, column 1, counted from 0).`;
        expect(String(await errorOf(() => made.fit({ ...data, x }), undefined))).toContain(where);
        expect(String(await errorOf(() => fitted.predict(x), undefined))).toContain(where);
        const turned = x.select({ rows: [7, 5], columns: [2, 1, 0] });
        expect(String(await errorOf(() => fitted.predict(turned), undefined))).toContain("x[5, 1] is NaN");
      }
      cells[4] = Number.POSITIVE_INFINITY;
      const error = await errorOf(() => made.fit({ ...data, x }), undefined);
      expect(String(error)).toMatch(/x\[(0|1), 1\] is (NaN|Infinity)/);
    }
  });

  it(`${made.name} refuses data that cannot be meant`, async () => {
    const classes = tasksOf(made)[0];
    const data = madeUp(10, 2, classes);
    const error = async (change: Partial<LearnerData>): Promise<string> =>
      String(await errorOf(() => made.fit({ ...data, ...change }), undefined));
    expect(await error({ y: new Float64Array(9) })).toContain(
      "y must have a number for each of 10 rows, received 9.",
    );
    expect(await error({ y: data.y.with(3, Number.NaN) })).toContain(`${made.name}: y[3] is NaN`);
    expect(await error({ weights: new Float64Array(10) })).toContain("every row has the weight 0.");
    expect(await error({ weights: new Float64Array(10).fill(1).with(2, -1) })).toContain("weights[2] is -1");
    expect(await error({ classes: 1 })).toContain("classes must be a whole number from 2, received 1.");
    expect(await error({ classes: 2, y: data.y.map(() => 2) })).toContain(
      "y[0] is 2, expected the number of a class",
    );
    expect(await error({ x: new Matrix(0, 2, new Float64Array(0)), y: new Float64Array(0) })).toContain(
      "no rows",
    );
    const fitted = await made.fit(data);
    const refused = await errorOf(() => fitted.predict(new Matrix(1, 3, new Float64Array(3))), undefined);
    expect(String(refused)).toContain("learnt from 2 columns, received 3.");
    expect(
      String(await errorOf(() => made.fit({ ...data, signal: AbortSignal.abort() }), undefined)),
    ).toContain("Abort");
  });
}

it("refuses what is no options, and unknown ones", async () => {
  for (const make of Object.values(learnerTypes)) await expectRefusals(make, false);
  await expectRefusals(network, true);
  expect(() => learnerTypes.ridge({ lambda: -1 })).toThrow(
    "ridge: lambda must be a number above 0, received -1.",
  );
  expect(() => learnerTypes.lasso({ lambda: "most" as never })).toThrow(
    'lasso: lambda must be a number from 0, "min" or "1se", received "most".',
  );
  expect(() => learner("rigde" as never)).toThrow('unknown learner "rigde". Did you mean "ridge"?');
});

it("ends the training of networks early, and keeps the weights of the best epoch", async () => {
  const noise = new Generator(11);
  const clean = madeUp(300, 20, 2);
  // Half of the labels are drawn: what is learnt long is learnt by heart.
  const data = { ...clean, y: clean.y.map((one) => (noise.uniform() < 0.5 ? noise.integer(2) : one)) };
  const fresh = madeUp(300, 20, 2);
  const sureness = async (made: Learner): Promise<number> => {
    const shares = await (await made.fit(data)).predict(fresh.x);
    return shares.reduce((sum, one) => sum + Math.abs(one - 0.5), 0) / shares.length;
  };
  const weights = Float64Array.from({ length: 300 }, (_, row) => 1 + (row % 2));
  for (const kind of [learnerTypes.mlp, learnerTypes.residualMlp]) {
    const patient = await sureness(kind({ epochs: 60, patience: 2 }));
    expect(patient).toBeLessThan(0.8 * (await sureness(kind({ epochs: 60 }))));
    const weighted = kind({ epochs: 3, patience: 1, validationShare: 0.3 }).fit({ ...data, weights });
    expect((await (await weighted).predict(fresh.x)).every(Number.isFinite)).toBe(true);
  }
});

it("lets the rate of networks fall, so that seeds agree more", async () => {
  const data = madeUp(200, 4);
  const noise = new Generator(5);
  const noisy = { ...data, y: data.y.map((one) => one + noise.normal()) };
  const spread = async (decay: "none" | "cosine"): Promise<number> => {
    const made = learnerTypes.mlp({ epochs: 30, decay, learningRate: 0.02 });
    const all = await Promise.all(
      [1, 2, 3].map(async (seed) =>
        (await made.fit({ ...noisy, random: new Generator(seed) })).predict(data.x),
      ),
    );
    const means = all.map((one) => one.reduce((sum, value) => sum + value, 0) / one.length);
    return Math.max(...means) - Math.min(...means);
  };
  expect(await spread("cosine")).toBeLessThan(await spread("none"));
});

it("refuses a state of no kind", () => {
  expect(() => restoreFitted({ kind: "cloud" })).toThrow('received "cloud"');
});

it("selects rows and columns of selections without copying", () => {
  const x = matrixOf([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  const chosen = x.select({ rows: [2, 0], columns: [0, 2] }).select({ rows: [1, 1], columns: [1] });
  expect([...chosen.data]).toEqual([3, 3]);
  expect([...x.select({ columns: [1] }).column(0)]).toEqual([2, 5, 8]);
  expect(() => x.select({ rows: [3] })).toThrow("there is no row 3 among 3");
  expect(() => matrixOf([1, 2])).toThrow("two axes");
});
