import { describe, expect, it } from "vitest";
import { factsOf, repeated } from "../../testing/cells.js";
import { Writing } from "../cells/writing.js";
import { collectFacts, FactsCollector } from "./collectFacts.js";
import { missingOf, presentOf } from "./columnFacts.js";
import { DistinctEstimate } from "./distinctEstimate.js";

describe("facts of a column", () => {
  it("count what is missing, distinct and where it came first", () => {
    const facts = factsOf(["red", " red", "", "NA", "blue", "nan"]);
    expect([facts.rows, missingOf(facts), presentOf(facts), facts.distinct]).toEqual([6, 3, 3, 2]);
    expect([...(facts.values ?? [])]).toEqual([
      ["red", { count: 2, line: 2 }],
      ["blue", { count: 1, line: 6 }],
    ]);
    expect([facts.minLength, facts.maxLength, facts.totalLength]).toEqual([3, 4, 10]);
    expect(facts.examples[Writing.text]).toEqual([
      { text: "red", line: 2 },
      { text: "red", line: 3 },
      { text: "blue", line: 6 },
    ]);
    expect(facts.examples[Writing.nan]).toEqual([{ text: "nan", line: 7 }]);
  });

  it("say whether rows are counted in steps of 1", () => {
    expect(factsOf(["5", "6", "7"]).steps).toBe(true);
    expect(factsOf(["3", "2", "1"]).steps).toBe(true);
    expect(factsOf(["1", "2", "2"]).steps).toBe(false);
    expect(factsOf(["1", "", "2"]).steps).toBe(false);
    expect(factsOf(["1", "2", "3.0"]).steps).toBe(false);
    expect(factsOf(["2", "4", "6"]).steps).toBe(false);
    expect(factsOf(["2"]).steps).toBe(false);
  });

  it("keep nines apart that occur more than once", () => {
    const facts = factsOf(["1.5", "-999", "3", "-999.0", "99"]);
    expect([...facts.sentinels]).toEqual([[-999, 2]]);
    expect([facts.least, facts.largest]).toEqual([1.5, 99]);
  });

  it("do not grow with distinct texts, but estimate how many there are", () => {
    const facts = factsOf(
      Array.from({ length: 30_000 }, (_, i) => `item ${i}`),
      "a",
      500,
    );
    expect(facts.values).toBeUndefined();
    expect(Math.abs(facts.distinct / 30_000 - 1)).toBeLessThan(0.05);
    expect(factsOf(repeated(["a", "b", "c"], 100), "a", 2).distinct).toBe(3);
  });

  it("do not grow with pages of text either", () => {
    const page = "many words ".repeat(10_000);
    const facts = factsOf(Array.from({ length: 60 }, (_, i) => `${page}${i}`));
    expect(facts.values).toBeUndefined();
    expect(Math.abs(facts.distinct - 60)).toBeLessThan(3);
    expect(facts.examples[Writing.text]?.[0]?.text.length).toBe(61);
  });

  it("estimate few and many alike", () => {
    for (const count of [1, 10, 1000, 9000, 12_000, 200_000]) {
      const estimate = new DistinctEstimate();
      for (let i = 0; i < count; i++) {
        estimate.add(`${i}`);
        estimate.add(`${i}`);
      }
      expect(Math.abs(estimate.count / count - 1), String(count)).toBeLessThan(0.05);
    }
  });

  it("are gathered from batches of any kind; a short row lacks cells", async () => {
    const facts = await collectFacts(["a", "b"], [{ rows: [["1"], ["2", "x"]], lines: [2, 3] }]);
    expect(facts.map(missingOf)).toEqual([0, 1]);
  });

  it("need columns with names of their own, and rows that fit", async () => {
    expect(() => new FactsCollector([])).toThrow("the table has no columns.");
    expect(() => new FactsCollector(["a", "b", "a"])).toThrow(
      'two columns of the table have the name "a". Columns are known by their names: rename one of them.',
    );
    await expect(collectFacts(["a"], [{ rows: [["1", "2"]], lines: [7] }])).rejects.toThrow(
      "line 7 has 2 cells, and the table has 1 column. A cell that holds the separator must stand in quotation marks.",
    );
  });
});
