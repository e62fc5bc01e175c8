import { describe, expect, it } from "vitest";
import { counted, duration, figure, percent, plusMinus } from "./figures.js";
import { reportText } from "./reportText.js";
import { sampleReport } from "./testing/sampleReport.js";
import { bar, cut, oneLine, widthOf, wrapped } from "./textLines.js";

const widest = (text: string): number => Math.max(...text.split("\n").map(widthOf));
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("a report's text", () => {
  it("begins with the task and why, and tells in plain words how good it is", async () => {
    const text = reportText(await sampleReport({ rows: 200 }));
    expect(text.split("\n")[0]).toBe("Predicting the number price: it holds 40 different numbers.");
    expect(text.replaceAll("\n", " ")).toMatch(
      /predictions of price are off by 0\.\d+ ± 0\.\d+ \(root mean square\); always saying the mean would be off by 3\.\d+\./,
    );
    expect(text.replaceAll("\n", " ")).toMatch(
      /It explains \d\d\.\d % of the variance \(R² 0\.\d+ ± 0\.\d+\)\./,
    );
    expect(text).toMatch(/^super learner \(all of it\) +\d/m);
    expect(text).toContain("Left out: mlp: it took too long.");
    expect(text).toMatch(/^size +\d+\.\d ± \d\.\d+ +█{20}/m);
    expect(text).toContain("\nWarning: price again is equal to price.\n");
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  it("of classes tells what saying the most frequent would give", async () => {
    const levels = ["low", "middle", "high"];
    const report = await sampleReport({ rows: 200, levels });
    const text = reportText(report).replaceAll("\n", " ");
    expect(text).toMatch(/^Predicting which of 3 classes price is: /);
    const rows = Math.max(...(report.levels ?? []).map((level) => level.rows));
    expect(text).toContain(`would be right in ${plain(percent(rows / 200))}.`);
    expect(text).toContain("where 0.5 is chance");
  });

  it("fits 80 columns, whatever names are like", async () => {
    const prefixes = [
      "a very long name that goes on and on and says nothing at all until it comes to its end, which is ",
      `${"x".repeat(200)}`,
      "住宅価格の非常に長い名前住宅価格の非常に長い名前住宅価格の非常に長い名前🏠🏠",
      "two\nlines\tand \u001b[31mred\u001b[0m \u202eback ",
    ];
    for (const prefix of prefixes) {
      for (const levels of [undefined, ["no", "yes"].map((name) => prefix + name)]) {
        const text = reportText(await sampleReport({ rows: 40, levels, prefix }));
        expect(widest(text)).toBeLessThanOrEqual(80);
        expect(["\u001b", "\u202e", "\t"].filter((sign) => text.includes(sign))).toEqual([]);
      }
    }
  });

  it("is made of three rows, and of what there is", async () => {
    const report = await sampleReport({ rows: 3 });
    expect(reportText(report)).toContain("3 rows are few: take all errors here as guesses");
    const { honest: _, scores: _s, importance: _i, residuals: _r, ...bare } = report;
    const text = reportText({
      ...bare,
      learners: [],
      absent: { importance: "time was short", honest: "three rows" },
    });
    expect(text.replaceAll("\n", " ")).toContain("Which columns matter is not known: time was short.");
    expect(text).toContain("There is no honest risk of the whole: three rows.");
    expect(text).not.toMatch(/NaN|undefined|null/);
    const failures = { ...report, learners: report.learners.filter(({ risk }) => risk === undefined) };
    expect(reportText(failures)).not.toMatch(/NaN|undefined|null/);
  });

  it("says so where it is no better than the mean, or than a single learner", async () => {
    const report = await sampleReport({ rows: 100 });
    const { honest } = report;
    const worse = { difference: -2, differenceError: 0.1 };
    const with_ = (mean: object, single: object): string =>
      reportText({
        ...report,
        honest: honest && {
          ...honest,
          mean: { ...honest.mean, ...mean },
          single: honest.single && { ...honest.single, ...single },
        },
      }).replaceAll("\n", " ");
    expect(with_(worse, worse)).toContain(
      "It is worse than always saying the mean, which costs 2.00 ± 0.10 less",
    );
    expect(with_(worse, worse)).toContain("ridge, is better: it costs 2.00 ± 0.10 less");
    const open = { difference: 0.1, differenceError: 0.1 };
    expect(with_(open, open)).toContain("That it is better than always saying the mean is not certain");
    expect(with_(open, open)).toContain(
      "ridge, is as good as far as one can tell: it costs 0.10 ± 0.10 more",
    );
  });
});

describe("figures", () => {
  it("have the digits that count", () => {
    expect([figure(1234.5), figure(0.00012345), figure(1e-6), figure(-2.5), figure(0), figure(null)]).toEqual(
      [...["1235", "0.000123", "1e−6", "−2.5", "0", "–"]],
    );
    expect(figure(123_456_789)).toBe("1.23e+8");
    const pairs: [number, number | null, string][] = [
      [8.4321, 0.612, "8.43 ± 0.61"],
      [27_655, 1128, "27700 ± 1100"],
      [-0.5, 0.098, "−0.500 ± 0.098"],
      [3, 0, "3 ± 0"],
      [3, null, "3 ± –"],
      [Number.NaN, 1, "–"],
    ];
    for (const [value, error, text] of pairs) expect(plain(plusMinus(value, error))).toBe(text);
    expect(plain(percent(0.873, 0.011))).toBe("87.3 ± 1.1 %");
    expect([0.5, 0.9, 0.953, 0, 1].map((share) => plain(percent(share)))).toEqual([
      ...["50 %", "90 %", "95.3 %", "0 %", "100 %"],
    ]);
    expect([0.01, 1.234, 61, 3700].map(duration)).toEqual(["< 0.1 s", "1.2 s", "1 min 1 s", "1 h 1 min"]);
    expect(counted(1, "row")).toBe("1 row");
    expect(counted(12_345, "row")).toBe("12\u202f345 rows");
  });
});

describe("lines", () => {
  it("are measured as a terminal has them", () => {
    expect([widthOf("abc"), widthOf("日本"), widthOf("e\u0301"), widthOf("🏠")]).toEqual([3, 4, 1, 2]);
    expect(cut("日本語", 5)).toBe("日本…");
    expect(oneLine(" a\n b\u001b ")).toBe("a b\ufffd");
    expect(bar(0.5, 4)).toBe("██");
    expect(bar(1 / 8, 1)).toBe("▏");
    expect(bar(-1, 4)).toBe("");
    expect(wrapped("x".repeat(200), "", "  ").every((line) => widthOf(line) <= 80)).toBe(true);
  });
});
