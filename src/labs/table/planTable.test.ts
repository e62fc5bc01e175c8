import { describe, expect, it } from "vitest";
import { planTable } from "./planTable.js";
import { planOf, repeated } from "./testing/cells.js";

const count = 60;
const cells = {
  id: Array.from({ length: count }, (_, i) => `${i + 1}`),
  zip: Array.from({ length: count }, (_, i) => `${i * 31 + 500}`.padStart(5, "0")),
  size: Array.from({ length: count }, (_, i) => `${((i * 7) % 40) + 0.5}`.replace(".", ",")),
  when: Array.from({ length: count }, (_, i) => `${(i % 28) + 1}/2/2024`),
  colour: repeated(["red", "blue"], count),
  w: repeated(["1", "2"], count),
  g: repeated(["a", "b", "c"], count),
  price: Array.from({ length: count }, (_, i) => `${i * i},5`),
};

describe("a plan of a table", () => {
  it("has every column but those with a role, and a schema of what is used", async () => {
    const plan = await planOf(cells, { target: "price", weight: "w", group: "g", time: "when" });
    expect(plan.columns.map(({ name, use }) => [name, use])).toEqual([
      ["id", false],
      ["zip", false],
      ["size", true],
      ["colour", true],
    ]);
    expect(plan.schema).toEqual({
      columns: [
        { kind: "number", name: "size", decimal: "," },
        { kind: "category", name: "colour", levels: ["blue", "red"] },
      ],
      target: { task: "regression", column: { kind: "number", name: "price", decimal: "," } },
      weight: { kind: "number", name: "w", decimal: "," },
      group: "g",
      time: { kind: "date", name: "when", order: "dayFirst", hasTime: false },
    });
    expect(plan.target.why).toBe('regression, because "price" has numbers that are not whole');
    expect(plan.warnings).toEqual([]);
  });

  it("follows the user", async () => {
    const plan = await planOf(cells, {
      target: "price",
      exclude: ["w", "g", "when"],
      as: { id: "number", zip: "category" },
    });
    const byName = Object.fromEntries(plan.columns.map((column) => [column.name, column]));
    expect(byName.w).toMatchObject({ use: false, reason: "excluded", why: "left out, as you say" });
    expect(byName.id).toMatchObject({ use: true, forced: true, why: "as you say, numbers" });
    expect(byName.zip).toMatchObject({ use: true, column: { kind: "category" } });
  });

  it("learns from what counts the rows where nothing else is left", async () => {
    const plan = await planOf({ x: cells.id, y: cells.price }, { target: "y" });
    expect(plan.columns).toMatchObject([
      {
        use: true,
        why: "numbers that count the rows in steps of 1, learnt from because no other column is left",
      },
    ]);
  });

  it.each([
    [
      { target: "prize" },
      'target: the file has no column "prize". Did you mean "price"? Its columns are: "id", "zip",',
    ],
    [
      { target: "price", exclude: ["colours"] },
      'exclude: the file has no column "colours". Did you mean "colour"?',
    ],
    [{ target: "price", as: { nothing: "date" } }, 'as: the file has no column "nothing". Its columns are:'],
    [
      { target: "price", weight: "price" },
      'weight: column "price" is given as target already. A column is one of them.',
    ],
    [{ target: "price", exclude: ["price"] }, 'exclude: column "price" is given as target already.'],
    [{ target: "price", weight: "colour" }, 'weight: column "colour" has no numbers: 0 cells are one of 60.'],
    [{ target: "price", time: "colour" }, 'time: column "colour" has neither numbers nor dates.'],
    [
      { target: "price", as: { size: "words" } },
      'planTable: as.size must be "number", "category", "date", "text" or "picture", received "words".',
    ],
    [{}, "planTable: target is required: a text."],
    [{ targets: "price" }, 'planTable: unknown option "targets". Did you mean "target"?'],
  ])("refuses %j", async (options, message) => {
    await expect(planOf(cells, options as never)).rejects.toThrow(message);
  });

  it("needs something to learn from", async () => {
    await expect(planOf({ price: cells.price }, { target: "price" })).rejects.toThrow(
      'the file has no column but the target "price": there is nothing to predict it from.',
    );
    await expect(planOf({ zip: cells.zip, price: cells.price }, { target: "price" })).rejects.toThrow(
      'no column is left to predict "price" from: "zip" (codes, and no numbers,',
    );
    expect(() => planTable([], { target: "a" })).toThrow('target: the file has no column "a".');
  });

  it("of 5,000 columns is made, and 20 of their names are shown", async () => {
    const wide = Object.fromEntries(
      Array.from({ length: 5000 }, (_, j) => [
        `x${j}`,
        Array.from({ length: 30 }, (_, i) => `${(i * (j + 3)) % 17}`),
      ]),
    );
    const plan = await planOf(wide, { target: "x7", task: "regression" });
    expect(plan.columns.length).toBe(4999);
    await expect(planOf(wide, { target: "y" })).rejects.toThrow('"x19" and 4,980 more.');
  });
});
