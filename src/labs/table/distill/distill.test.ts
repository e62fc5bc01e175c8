import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { readTable } from "../columns/build/tableBuilder.js";
import { collectFacts } from "../columns/facts/collectFacts.js";
import { tableOnnx } from "../export/tableOnnx.js";
import { mostProbable } from "../insight/mostProbable.js";
import { type LearntTable, learnTable } from "../learnTable.js";
import { planTable } from "../planTable.js";
import { reportText } from "../report/reportText.js";
import { drawnLike } from "./drawnLike.js";

describe("rows like those that there are", () => {
  it("have columns that go together from one row", () => {
    const x = new Matrix(3, 3, Float64Array.of(1, 1, 10, 2, 2, 20, 3, 3, 30));
    const drawn = drawnLike(x, [{ columns: [0, 1] }, { columns: [2] }], 400, new Generator(1));
    let exchanged = 0;
    for (let row = 0; row < 400; row++) {
      const [a, b, c] = drawn.data.subarray(3 * row, 3 * row + 3);
      expect(a).toBe(b);
      expect([10, 20, 30]).toContain(c);
      if (c !== 10 * (a as number)) exchanged++;
    }
    expect(exchanged).toBeGreaterThan(50);
    expect(exchanged).toBeLessThan(250);
  });
});

const kinds = ["round", "square", "flat"];

/** A bent surface of two numbers and a category; or three classes of it. */
async function learnt(classes: boolean): Promise<LearntTable> {
  const random = new Generator(4);
  const rows = Array.from({ length: 240 }, () => {
    const [a, b, kind] = [random.normal(), random.normal(), random.integer(3)];
    const y = Math.sin(2 * a) * 2 + b + 2 * kind + 0.2 * random.normal();
    const target = classes ? (y < 1 ? "low" : y < 3 ? "middle" : "high") : y.toFixed(4);
    return [a.toFixed(4), b.toFixed(4), kinds[kind] as string, target];
  });
  const names = ["a", "b", "kind", "y"];
  const batches = [{ rows, lines: rows.map((_, row) => row + 2) }];
  const plan = planTable(await collectFacts(names, batches), { target: "y" });
  const read = await readTable(plan.schema, names, batches);
  return learnTable({
    ...{
      name: "bent",
      plan,
      read,
      time: 60_000,
      workers: 0,
      distill: true,
      date: "2026-12-01",
      versions: {},
    },
    learners: ["mean", "forest", "boosting"],
  });
}

describe("a distilled table", () => {
  it("is a small network that predicts much as the whole does, and is judged beside it", async () => {
    const { distilled, model, report } = await learnt(false);
    const { risk, difference, model: small } = distilled ?? {};
    const [whole, , mean] = [report.honest?.whole, report.honest?.single, report.honest?.mean];
    expect(risk?.risk).toBeLessThan(2 * (whole?.risk as number));
    expect(risk?.risk).toBeLessThan(0.3 * (mean?.risk as number));
    expect(difference?.risk).toBeCloseTo((risk?.risk as number) - (whole?.risk as number), 9);
    expect(small?.state.within?.["0.9"]).toBeGreaterThan(0.2);
    expect(tableOnnx(small as typeof model).length).toBeLessThan(0.2 * tableOnnx(model).length);
    expect(reportText(report)).toContain("The distilled network, taught in");
  }, 60_000);

  it("knows probabilities", async () => {
    const { distilled, report } = await learnt(true);
    expect(distilled?.risk?.risk).toBeLessThan(0.75 * (report.honest?.mean.risk as number));
    const { model } = distilled as NonNullable<typeof distilled>;
    const levels = model.columns[2]?.kind === "category" ? model.columns[2].levels : [];
    const random = new Generator(9);
    // New rows, which are clearly low or clearly high.
    const rows = Array.from(
      { length: 300 },
      () => [random.normal(), random.normal(), random.integer(3)] as const,
    )
      .map(([x, y, kind]) => ({
        cells: [x, y, levels.indexOf(kinds[kind] as string)],
        sum: 2 * Math.sin(2 * x) + y + 2 * kind,
      }))
      .filter(({ sum }) => sum < 0 || sum > 4);
    const cells = Float64Array.from(rows.flatMap(({ cells: own }) => own));
    const shares = await model.predict(new Matrix(rows.length, 3, cells));
    const classes = model.state.classes ?? [];
    const right = rows.filter(({ sum }, row) => {
      const own = shares.subarray(3 * row, 3 * row + 3);
      expect(own.reduce((all, one) => all + one, 0)).toBeCloseTo(1, 5);
      return classes[mostProbable(own)] === (sum < 0 ? "low" : "high");
    });
    expect(rows.length).toBeGreaterThan(80);
    expect(right.length).toBeGreaterThan(0.9 * rows.length);
  }, 60_000);
});
