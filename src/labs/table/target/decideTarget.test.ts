import { describe, expect, it } from "vitest";
import { factsOf, repeated } from "../testing/cells.js";
import { decideTarget, type TargetOptions, type TargetPlan } from "./decideTarget.js";

const decided = (cells: readonly string[], options?: TargetOptions): TargetPlan =>
  decideTarget(factsOf(cells, "y"), options);

const column = { kind: "number", name: "y", decimal: "." } as const;

describe("a task", () => {
  it("is regression for numbers that are not whole, or of over 20 values", () => {
    const fractions = decided(repeated(["1.5", "2.25", "3"], 40));
    expect(fractions).toEqual({
      target: { task: "regression", column },
      why: 'regression, because "y" has numbers that are not whole',
      warnings: [],
    });
    expect(decided(Array.from({ length: 210 }, (_, i) => `${i % 21}`)).why).toBe(
      'regression, because "y" is a number with 21 different values',
    );
    const commas = decided(repeated(["1,5", "2,25", "3,125"], 40));
    expect(commas.target).toEqual({ task: "regression", column: { ...column, decimal: "," } });
  });

  it("is two classes for two values, and says which is positive", () => {
    expect(decided(repeated(["no", "yes"], 40))).toEqual({
      target: { task: "binary", name: "y", classes: ["no", "yes"] },
      why: 'two classes, because "y" has two different values; "yes" is the positive one, "no" the negative',
      warnings: [],
    });
    const classesOf = (cells: readonly string[]): unknown => {
      const { target } = decided(repeated(cells, 40));
      return target.task === "regression" ? undefined : target.classes;
    };
    expect(classesOf(["1", "0"])).toEqual(["0", "1"]);
    expect(classesOf(["1.0", "0.0", "1"])).toEqual(["0", "1"]);
    expect(classesOf(["True", "False"])).toEqual(["False", "True"]);
    expect(classesOf(["ja", "nein"])).toEqual(["nein", "ja"]);
    expect(classesOf(["10", "9"])).toEqual(["9", "10"]);
    expect(classesOf(["benign", "malignant"])).toEqual(["benign", "malignant"]);
  });

  it("is classes for few whole numbers, with a warning that regression exists: ratings 1 to 5", () => {
    expect(decided(repeated(["1", "2", "3", "4", "5"], 100))).toEqual({
      target: { task: "classes", name: "y", classes: ["1", "2", "3", "4", "5"] },
      why: '5 classes ("1", "2", "3", "4", "5"), because "y" has whole numbers with only 5 different values',
      warnings: [
        'target "y": its whole numbers (1, 2, 3, 4, 5) are taken for classes, which have no order. If they are amounts or grades, ' +
          'learn them as numbers: task: "regression".',
      ],
    });
    expect(decided(repeated(["1", "2", "3", "4", "5"], 100), { task: "regression" })).toEqual({
      target: { task: "regression", column },
      why: "regression, as you say",
      warnings: [],
    });
  });

  it("is regression for whole numbers that are too many for so few rows", () => {
    const { target, why } = decided(repeated(["3", "5", "8", "1", "9", "12", "4"], 30));
    expect([target.task, why]).toEqual([
      "regression",
      'regression, because "y" is a number with 7 different values, too many to be classes of so few rows',
    ]);
  });

  it("is classes for texts, and for codes with leading zeros", () => {
    expect(decided(repeated(["c", "a", "b"], 60)).target).toEqual({
      task: "classes",
      name: "y",
      classes: ["a", "b", "c"],
    });
    expect(decided(repeated(["01", "02", "10"], 60)).target.task).toBe("classes");
  });

  it("says how many rows have no target", () => {
    expect(decided([...repeated(["a", "b"], 40), "", "NA"]).why).toMatch(
      /; 2 rows have no target and are left out$/,
    );
  });
});

describe("a target that will not do", () => {
  it.each([
    [
      ["1", "2", ""],
      'target "y": only 2 rows have a value, of 3 rows; at least 10 are needed to learn from some and test on others.',
    ],
    [repeated([""], 30), 'target "y": no row has a value, of 30 rows; at least 10 are needed'],
    [
      repeated(["7", "7.0"], 30),
      'target "y": all 30 values are "7". There is nothing to tell apart: name another column, or add rows with other values.',
    ],
    [
      [...repeated(["a"], 29), "b"],
      'target "y": class "b" has a single row, on line 31. Of each of two classes at least two rows are needed, one to learn from and one to test on.',
    ],
    [
      Array.from({ length: 30 }, (_, i) => `t${i % 7}`),
      'target "y": 7 classes are too many for 30 rows: at most one for 5 rows can be learnt. Join classes, or name another column.',
    ],
    [
      repeated(["2024-01-01", "2024-01-02"], 30),
      'target "y": its values are dates ("2024-01-01" on line 2), which cannot be predicted. Give a column of numbers, such as the days until then.',
    ],
    [
      [...Array.from({ length: 200 }, (_, i) => `${i / 4}`), "inf", "NaN", "n/k", "-inf", "nan"],
      'target "y": for regression every value must be a finite number, but 2 cells are infinite ("inf" on line 202, "-inf" on line 205), ' +
        '2 cells are NaN ("NaN" on line 203, "nan" on line 206), 1 cell is no number ("n/k" on line 204). Mend those cells, or empty them, ' +
        'which leaves their rows out; or learn classes, by task "classes".',
    ],
    [
      [...repeated(["1", "2", "3"], 200), "n/k", "inf"],
      'target "y": all values are numbers but 2, which are none or infinite: "n/k" on line 202, "inf" on line 203. Mend or empty those cells; ' +
        'or learn each value as a class: task: "classes".',
    ],
  ])("is refused: %#", (cells, message) => {
    expect(() => decided(cells)).toThrow(message);
  });

  it("for the task that was said is refused", () => {
    expect(() => decided(repeated(["a", "b", "c"], 30), { task: "binary" })).toThrow(
      'target "y": task "binary" is for two different values, and there are 3 values: "a", "b", "c". Use task: "classes", or join values.',
    );
    expect(() => decided(repeated(["a", "b", "c"], 30), { task: "regression" })).toThrow(
      'target "y": for regression every value must be a finite number, but 30 cells are no number ("a" on line 2, "b" on line 3, "c" on line 4 …).',
    );
    expect(() =>
      decided(
        Array.from({ length: 100 }, (_, i) => `${i / 3}`),
        { task: "classes" },
      ),
    ).toThrow(
      'target "y": 100 classes are too many for 100 rows: at most one for 5 rows can be learnt. Learn its numbers as numbers: task: "regression".',
    );
  });

  it("only in part is warned of", () => {
    expect(decided([...repeated(["a", "b"], 40), "c"]).warnings).toEqual([
      'target "y": 1 class has a single row ("c" on line 42): when it is tested on, nothing has been learnt of it. Add rows, join classes, ' +
        "or empty those cells.",
    ]);
    expect(decided(repeated(["a", "b"], 10)).warnings).toEqual([
      "there are only 10 rows with a target: each is predicted from all others, and standard errors mean little.",
    ]);
    expect(decided(repeated(["Good", "good", "bad"], 60)).warnings).toEqual([
      'column "y": "Good" and "good" count as two categories. If they are one, write them alike.',
    ]);
  });
});
