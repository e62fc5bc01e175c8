import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { columnSpans, matrixWidth } from "./columnSpans.js";
import { readTable } from "./columns/build/tableBuilder.js";
import { collectFacts } from "./columns/facts/collectFacts.js";
import { tableOnnx } from "./export/tableOnnx.js";
import { shapleyValues } from "./insight/shapleyValues.js";
import { type LearntTable, learnTable } from "./learnTable.js";
import { planTable } from "./planTable.js";
import { reportPage } from "./report/html/reportPage.js";
import { reportText } from "./report/reportText.js";

const worth = { leather: 40, silk: 60, cotton: 5, torn: -20 };
const fillers = "a the worn with and nicely kept from of some very old good".split(" ");

/** Clothes: what they are made of stands in a sentence, among other words. */
function clothes(rows: number, seed: number): string[][] {
  const random = new Generator(seed);
  return Array.from({ length: rows }, () => {
    const said = Object.keys(worth).filter(() => random.uniform() < 0.4);
    const words = [
      ...said,
      ...Array.from({ length: 4 }, () => fillers[random.integer(fillers.length)] as string),
    ];
    const order = random.permutation(words.length);
    const size = 34 + random.integer(12);
    const price =
      said.reduce((sum, word) => sum + worth[word as keyof typeof worth], 30 + size) + random.normal();
    const text = Array.from(order, (at) => words[at]).join(" ");
    return [`${text[0]?.toUpperCase()}${text.slice(1)}.`, String(size), price.toFixed(2)];
  });
}

const names = ["description", "size", "price"];
const batches = (rows: string[][]) => [{ rows, lines: rows.map((_, row) => row + 2) }];
let learnt: LearntTable;

beforeAll(async () => {
  const rows = batches(clothes(300, 1));
  const plan = planTable(await collectFacts(names, rows), { target: "price" });
  const read = await readTable(plan.schema, names, rows);
  learnt = await learnTable({
    ...{ name: "clothes", plan, read, time: 60_000, workers: 0, learners: ["mean", "ridge", "words alone"] },
    ...{ date: "2026-12-01", versions: {} },
  });
});

describe("a column of texts", () => {
  it("is learnt from by its words", () => {
    const { trained, report } = learnt;
    const [whole, , mean] = trained.honest?.squaredError ?? [];
    expect(whole?.risk).toBeLessThan(0.05 * (mean?.risk as number));
    // Without the size it cannot know all.
    const alone = trained.honest?.squaredError?.find(({ name }) => name === "words alone");
    expect(alone?.risk).toBeGreaterThan(2 * (whole?.risk as number));
    expect(report.importance?.columns.map(({ name }) => name)).toEqual(["description", "size"]);
    expect(report.dependence?.columns.map(({ name }) => name)).toEqual(["size"]);
    expect(report.mistakes?.[0]?.cells[0]).toMatch(/(leather|silk|cotton|torn|old)/);
    expect(reportText(report)).toContain("description");
    expect(reportPage(report)).toContain("free text");
  });

  it("is explained as a whole", async () => {
    const { model } = learnt;
    const { columns } = model;
    expect(matrixWidth(columns)).toBeGreaterThan(12);
    const { table } = await readTable(model.state.schema, names, batches([["Silk with silk", "40", ""]]), {
      learning: false,
    });
    const { contributions, base, prediction } = await shapleyValues({
      ...{ row: table.x, background: model.background(), predictor: model, orders: 60 },
      ...{ random: new Generator(1), together: columnSpans(columns) },
    });
    expect(contributions).toHaveLength(2);
    expect(contributions[0]?.value).toBeGreaterThan(5);
    expect(base + contributions.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(prediction, 6);
  });

  it("goes into the file as a text", async () => {
    const { model } = learnt;
    const cells = [
      ["Leather, and SILK!", "36"],
      ["\tvery  torn\nsilk-cotton cotton. ", "40"],
      ["", "41"],
      ["5\u00a0km of Öl — «leather»", "44"],
      ["leather ".repeat(50), "44"],
    ];
    const { table } = await readTable(model.state.schema, names.slice(0, 2), batches(cells), {
      learning: false,
    });
    const wanted = await model.predict(table.x);
    const session = await InferenceSession.create(tableOnnx(model));
    const shape = [cells.length, 1];
    const { prediction } = await session.run({
      description: new OrtTensor(
        "string",
        cells.map(([text = ""]) => text.replaceAll(/[ \t\r\n]+/g, " ").trim()),
        shape,
      ),
      size: new OrtTensor(
        "float64",
        Float64Array.from(cells, ([, size]) => Number(size)),
        shape,
      ),
    });
    Array.from(prediction?.data as Float64Array).forEach((value, row) => {
      expect(Math.abs(value - (wanted[row] as number))).toBeLessThan(1e-4);
    });
    const none = await session.run({
      description: new OrtTensor("string", [""], [1, 1]),
      size: new OrtTensor("float64", Float64Array.of(41), [1, 1]),
    });
    expect(Math.abs(Number(none.prediction?.data[0]) - (wanted[2] as number))).toBeLessThan(1e-4);
  });
});
