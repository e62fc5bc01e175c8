import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import type { TableColumn, TypedTable } from "../table.js";
import type { LeakageTarget } from "./leakageTarget.js";
import { leakageWarnings } from "./leakageWarnings.js";

type Columns = Readonly<Record<string, ArrayLike<number>>>;

function tableOf(columns: Columns, levels: Readonly<Record<string, readonly string[]>> = {}): TypedTable {
  const names = Object.keys(columns);
  const rows = columns[names[0] as string]?.length ?? 0;
  const data = new Float64Array(rows * names.length);
  names.forEach((name, j) => {
    for (let i = 0; i < rows; i++) data[i * names.length + j] = columns[name]?.[i] as number;
  });
  return {
    columns: names.map((name): TableColumn => {
      const own = levels[name];
      return own === undefined
        ? { kind: "number", name, decimal: "." }
        : { kind: "category", name, levels: own };
    }),
    x: new Matrix(rows, names.length, data),
    lines: Int32Array.from({ length: rows }, (_, i) => i + 2),
  };
}

const random = new Generator(3);
const drawn = (rows: number): Float64Array => Float64Array.from(random.normals(rows));
const n = 400;
const y = drawn(n);
const price: LeakageTarget = { name: "price", task: "regression", y };
const classes: LeakageTarget = {
  name: "sold",
  task: "binary",
  y: y.map((one) => Number(one > 0)),
  classes: ["no", "yes"],
};
const three: LeakageTarget = {
  name: "kind",
  task: "classes",
  y: y.map((one) => (one < -0.5 ? 0 : one < 0.5 ? 1 : 2)),
  classes: ["a", "b", "c"],
};
const noise = drawn(n);
const ask = " Would it be known when the target is not? If not, exclude it.";

describe("columns that give the target away", () => {
  it("are none where nothing does", () => {
    const table = tableOf({ noise, half: y.map((one, i) => one + (noise[i] as number)) });
    for (const target of [price, classes, three]) expect(leakageWarnings(table, target)).toEqual([]);
  });

  it.each([
    [price, { a: y, noise }, "equal", 'column "a" equals the target "price".'],
    [
      classes,
      { a: classes.y, noise },
      "recoding",
      'column "a" is the target "sold" in other words: each of its values goes with one.',
    ],
    [
      three,
      { a: three.y.map((one) => [7, NaN, 3][one] as number), noise },
      "recoding",
      'column "a" is the target "kind" in other words: each',
    ],
    [
      price,
      { a: y.map((one) => -Math.exp(one)), noise },
      "rank",
      'column "a" falls with the target: their rank correlation is -1.',
    ],
    [
      price,
      { a: y.map((one, i) => one + 0.02 * (noise[i] as number)), noise },
      "rank",
      'column "a" rises with the target: their rank correlation is 0.99',
    ],
    [
      classes,
      { a: y, noise },
      "alone",
      'column "a" alone tells both classes of held-out rows, with an area under the ROC curve of',
    ],
    [
      three,
      { a: y, noise },
      "alone",
      'column "a" alone tells every class of held-out rows, with an area under the ROC curve of',
    ],
    [
      classes,
      { a: noise.map((one, i) => (classes.y[i] === 1 || i % 40 === 0 ? one : NaN)), noise },
      "missing",
      'column "a" tells the target by being missing or not, with an area under the ROC curve of 0.9',
    ],
    [
      price,
      { a: noise.map((one, i) => ((y[i] as number) > 1 ? NaN : one)), noise },
      "missing",
      'column "a" tells the target by being missing or not, with an area under the ROC curve of 1.',
    ],
    [
      price,
      { log_price: noise, noise: noise.toReversed() },
      "name",
      'column "log_price" has the target\'s name in its own.',
    ],
  ] as const)("are named: %#", (target, columns, kind, message) => {
    const [found, ...others] = leakageWarnings(tableOf(columns), target);
    expect(others).toEqual([]);
    expect(found?.kind).toBe(kind);
    expect(found?.message).toContain(message);
    expect(found?.message.endsWith(ask)).toBe(true);
  });

  it("may bend: a square root of the distance tells the target alone, and no rank does", () => {
    const x = drawn(2000);
    const bent = { name: "bent", task: "regression", y: x.map((one) => Math.abs(one)) } as const;
    expect(leakageWarnings(tableOf({ x }), bent)).toMatchObject([{ kind: "alone", column: "x" }]);
  });

  it("may be categories", () => {
    const texts = tableOf({ answer: classes.y.map((one) => 1 - one), noise }, { answer: ["yes", "no"] });
    expect(leakageWarnings(texts, classes)).toMatchObject([{ kind: "equal", column: "answer" }]);
    const finer = tableOf(
      { town: classes.y.map((one, i) => (i % 5 === 0 ? NaN : 2 * one + (i % 2))), noise },
      { town: ["a", "b", "c", "d"] },
    );
    expect(leakageWarnings(finer, classes)).toEqual([]);
    const sure = tableOf(
      { town: classes.y.map((one, i) => 2 * one + (i % 2)), noise },
      { town: ["a", "b", "c", "d"] },
    );
    expect(leakageWarnings(sure, classes)).toMatchObject([{ kind: "alone" }]);
    // Numbers of classes as they are written.
    const digits: LeakageTarget = { ...classes, classes: ["0", "1"] };
    expect(leakageWarnings(tableOf({ copy: digits.y, noise }), digits)).toMatchObject([{ kind: "equal" }]);
  });

  it("are looked for in a sample of many rows, which is said; the same seed gives the same", () => {
    const many = drawn(120_000);
    const target: LeakageTarget = { name: "t", task: "regression", y: many };
    const table = tableOf({ a: many.map((one) => 2 * one), b: drawn(120_000) });
    const found = leakageWarnings(table, target, { seed: 5 });
    expect(found.map(({ message }) => message)).toEqual([
      `column "a" rises with the target: their rank correlation is 1 (on 100,000 rows that were drawn).${ask}`,
    ]);
    expect(leakageWarnings(table, target, { seed: 5 })).toEqual(found);
  });

  it("refuse options that are none", () => {
    expect(() => leakageWarnings(tableOf({ noise }), price, { seeds: 1 } as never)).toThrow(
      'leakageWarnings: unknown option "seeds". Did you mean "seed"?',
    );
  });
});

describe("rows that give the target away", () => {
  it("stand in its order", () => {
    const target: LeakageTarget = { ...price, y: y.toSorted() };
    expect(leakageWarnings(tableOf({ noise }), target, { rowNumbers: ["id"] })).toEqual([
      {
        kind: "sorted",
        message:
          'the rows stand in the order of the target "price": whatever counts them gives it away, as "id" would, which is not learnt from.',
      },
    ]);
    expect(leakageWarnings(tableOf({ noise }), { ...three, y: three.y.toSorted() })).toMatchObject([
      { kind: "sorted" },
    ]);
  });

  it("are equal to others", () => {
    const x = noise.slice();
    x[10] = x[3] as number;
    x[11] = x[3] as number;
    const target = { ...price, y: y.slice() };
    target.y[10] = target.y[3] as number;
    expect(leakageWarnings(tableOf({ x }), target)).toEqual([
      {
        kind: "duplicates",
        message:
          "2 rows (0.5 %) are equal to one before in all columns that are learnt from, 1 of them with another target. " +
          "They stay in one fold each, so that none is tested on a copy.",
      },
    ]);
  });
});
