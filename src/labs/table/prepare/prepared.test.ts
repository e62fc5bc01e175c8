import { describe, expect, it } from "vitest";
import { Graph } from "../../../engine/graph/graph.js";
import { Generator } from "../../../engine/random/generator.js";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { applyDesign } from "./applyDesign.js";
import type { ColumnKind } from "./columnKind.js";
import { fitDesign } from "./fitDesign.js";
import { restorePrepared } from "./preparedFitted.js";
import { prepared } from "./preparedLearner.js";

const gap = Number.NaN;
const kinds: readonly ColumnKind[] = [
  { kind: "number" },
  { kind: "category", levels: 4 },
  { kind: "date", hasTime: true },
];

/** Rows of a number, a level and a moment; some of each are missing. */
function drawn(rows: number, seed = 1): { x: Matrix; y: Float64Array } {
  const random = new Generator(seed);
  const data = new Float64Array(rows * 3);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const [a, level, day] = [
      random.normal(),
      random.integer(4),
      19_000 + random.integer(2_000) + random.integer(24) / 24,
    ];
    data.set([a, level, day], i * 3);
    y[i] = 3 * a + level ** 2 + Math.sin((2 * Math.PI * day) / 365.2425) + 0.1 * random.normal();
    if (random.uniform() < 0.1) data[i * 3] = gap;
    if (random.uniform() < 0.1) data[i * 3 + 1] = gap;
    if (random.uniform() < 0.1) data[i * 3 + 2] = gap;
  }
  return { x: new Matrix(rows, 3, data), y };
}

describe("a design", () => {
  const column = (values: number[]): Matrix => new Matrix(values.length, 1, Float64Array.from(values));
  const numbers = { treatment: "numbers", dropFirst: false } as const;

  it("fills missing numbers by the median of the rows that it was fitted on, and says where", () => {
    const parts = fitDesign(column([1, 2, gap, 10]), [{ kind: "number" }], numbers);
    expect(parts).toEqual([{ kind: "number", fill: 2, indicator: true, log: false }]);
    expect([...applyDesign(parts, column([5, gap])).data]).toEqual([5, 0, 2, 1]);
  });

  it("says nothing of missing numbers that are one in a hundred or fewer, or all", () => {
    const few = column([...Array.from({ length: 99 }, (_, i) => i), gap]);
    expect(fitDesign(few, [{ kind: "number" }], numbers)).toMatchObject([{ indicator: false, fill: 49 }]);
    expect(fitDesign(column([gap, gap]), [{ kind: "number" }], numbers)).toMatchObject([
      { indicator: false, fill: 0 },
    ]);
  });

  it("gives the logarithm of positive columns with heavy tails too", () => {
    const heavy = column([...Array.from({ length: 60 }, () => 1), 1000]);
    const parts = fitDesign(heavy, [{ kind: "number" }], numbers);
    expect(parts).toMatchObject([{ log: true }]);
    expect([...applyDesign(parts, column([-3])).data]).toEqual([-3, 0]);
  });

  it("gives frequent levels columns of their own, the rare ones one together, and missing ones theirs", () => {
    const values = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, gap];
    const parts = fitDesign(column(values), [{ kind: "category", levels: 4 }], numbers);
    expect(parts).toEqual([{ kind: "category", levels: [0, 1], rare: true, missing: true }]);
    const design = applyDesign(parts, column([0, 1, 2, 3, -1, gap]));
    expect(design.columns).toBe(4);
    expect([...design.data]).toEqual([
      1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1,
    ]);
  });

  it("gives zeros to what was never seen where there is no column for it", () => {
    const parts = fitDesign(
      column([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
      [{ kind: "category", levels: 2 }],
      numbers,
    );
    expect([...applyDesign(parts, column([-1, gap])).data]).toEqual([0, 0, 0, 0]);
  });

  it("has thirty levels at most, and then their shares", () => {
    const values = Array.from({ length: 400 }, (_, i) => i % 40);
    const [part] = fitDesign(column(values), [{ kind: "category", levels: 40 }], numbers);
    expect(part).toMatchObject({ rare: true });
    expect(part?.kind === "category" && part.levels).toHaveLength(30);
    expect([...applyDesign([part as NonNullable<typeof part>], column([3, -1])).data].at(31)).toBe(0.025);
  });

  it("gives networks the place of each level that three rows have, after those for the others and for none", () => {
    const options = { treatment: "embeddings", dropFirst: false } as const;
    const parts = fitDesign(
      column([0, 0, 0, 1, 1, 3, 3, 3, gap]),
      [{ kind: "category", levels: 5 }],
      options,
    );
    expect(parts).toEqual([{ kind: "index", levels: [0, 3], count: 5 }]);
    expect([...applyDesign(parts, column([0, 1, 3, 4, -1, gap])).data]).toEqual([2, 0, 3, 0, 0, 1]);
  });

  it("leaves days to trees as numbers that are never nearly the same", () => {
    const parts = fitDesign(column([0]), [{ kind: "date", hasTime: true }], {
      treatment: "trees",
      dropFirst: false,
    });
    expect([...applyDesign(parts, column([366.25, gap])).data]).toEqual([
      366.25,
      366 - 365.2425,
      2,
      0.25,
      gap,
      gap,
      gap,
      gap,
    ]);
  });

  it("makes circles of the season, the day of the week and the hour", () => {
    // Thursday, the first of January 1970, at six o'clock.
    const parts = fitDesign(column([0, 0.25, gap]), [{ kind: "date", hasTime: true }], numbers);
    const [days, , , sin, cos, hourSin, hourCos] = [...applyDesign(parts, column([7.25])).data];
    expect(days).toBe(7.25);
    expect([sin, cos, hourSin]).toEqual([0, 1, 1]);
    expect(hourCos).toBeCloseTo(0, 15);
  });
});

describe("a learner with its preparation", () => {
  const learners = [
    prepared({ learner: { name: "linear" }, columns: kinds, dropFirst: true }),
    prepared({ learner: { name: "ridge" }, columns: kinds }),
    prepared({ learner: { name: "kNearest" }, columns: kinds }),
    prepared({
      learner: { name: "gradientBoosting", config: { rounds: 20 } },
      columns: kinds,
      treatment: "trees",
    }),
    prepared({ learner: { name: "randomForest", config: { trees: 5 } }, columns: kinds, treatment: "trees" }),
    prepared({ learner: { name: "mlp", config: { epochs: 2 } }, columns: kinds }),
    prepared({
      learner: { name: "residualMlp", config: { epochs: 2, width: 8, hidden: 8 } },
      columns: kinds,
      treatment: "embeddings",
    }),
    prepared({ learner: { name: "mean" }, columns: kinds, treatment: "trees" }),
    prepared({ learner: { name: "ridge" }, columns: kinds.with(1, { kind: "unused" }) }),
  ];

  it.each(learners)("$name predicts the same as operators, and restored", async (learner) => {
    const { x, y } = drawn(300);
    const fitted = await learner.fit({ x, y, random: new Generator(3) });
    const data = drawn(50, 9).x.data;
    // A level that was never seen.
    data[1] = -1;
    const unseen = new Matrix(50, 3, data);
    const wanted = await fitted.predict(unseen);
    expect(wanted.every(Number.isFinite)).toBe(true);
    const again = restorePrepared(JSON.parse(JSON.stringify(fitted.state)));
    expect(await again.predict(unseen)).toEqual(wanted);
    const graph = new Graph();
    const input = graph.input("x", { dtype: "float64", shape: [50, 3] });
    graph.output("y", fitted.emit?.(input) as NonNullable<ReturnType<NonNullable<typeof fitted.emit>>>);
    const program = await nodeRuntime({ strictTypes: true }).compile(graph);
    const { y: given } = await program.run({ x: new Tensor("float64", [50, 3], data) });
    await program.dispose();
    Array.from(toNumbers(given as Tensor)).forEach((value, row) => {
      expect(Math.abs(Number(value) - (wanted[row] as number))).toBeLessThan(
        1e-5 * (1 + Math.abs(wanted[row] as number)),
      );
    });
  });

  it("learns the logarithm of its target and gives the target", async () => {
    const { x, y } = drawn(200);
    const positive = y.map((value) => Math.exp(value / 5));
    const learner = prepared({ learner: { name: "ridge" }, columns: kinds, logTarget: true });
    const fitted = await learner.fit({ x, y: positive, random: new Generator(1) });
    const plain = prepared({ learner: { name: "ridge" }, columns: kinds });
    const logs = await (
      await plain.fit({ x, y: positive.map(Math.log1p), random: new Generator(1) })
    ).predict(x);
    expect(await fitted.predict(x)).toEqual(logs.map(Math.expm1));
  });

  it("can be made again by any process, by its module", async () => {
    const [first] = learners;
    const source = first?.portable as { module: string; export: string; options: never };
    expect(source.module).toBe("imago-entry:labs/table/prepare/prepared.worker.node");
    const module = await import("./prepared.worker.node.js");
    const made = module[source.export as "prepared"](source.options);
    expect(made.config).toEqual(first?.config);
  });

  it("is made again from a form that is whole alone", () => {
    const learnt = { kind: "constant", columns: 1, values: [1], classes: false };
    const state = (part: object) => ({ kind: "prepared", parts: [part], logTarget: false, learnt }) as never;
    expect(() => restorePrepared(state({ kind: "raw" }))).not.toThrow();
    expect(() => restorePrepared(state({ kind: "rawer" }))).toThrow("prepared: parts[0]: kind must be");
    expect(() => restorePrepared(state({ kind: "number", fill: "x" }))).toThrow(
      "fill must be a finite number",
    );
    expect(() => restorePrepared(state({ kind: "code", levels: [0] }))).toThrow("count");
    expect(() => restorePrepared({ kind: "linear" })).toThrow("not that of a learner with its preparation");
  });

  it("says which learner there is not", () => {
    expect(() => prepared({ learner: { name: "rigde" }, columns: kinds })).toThrow('Did you mean "ridge"?');
    expect(() => prepared({ learner: { name: "ridge" }, columns: [{ kind: "text" as never }] })).toThrow(
      'kind must be "number", "category", "date" or "unused", received "text"',
    );
  });
});
