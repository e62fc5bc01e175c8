import { describe, expect, it } from "vitest";
import { checkAbc } from "./check/checkAbc.js";
import { summarizeTunes } from "./summary.js";

describe("summarizeTunes", () => {
  it("counts tunes and bars", () => {
    const head = "M:2/4\nL:1/4\nK:C\n";
    const texts = [`${head}C|CD|EF|C|`, `${head}CD|C|CDE|CD|`, `${head}CD|(3CD|`];
    expect(summarizeTunes(checkAbc(texts.join("\n\n")))).toEqual({
      tunes: 3,
      tunesWithRightBars: 2,
      rightTunes: 1,
      notes: 18,
      bars: 10,
      byStatus: { full: 5, short: 1, overfull: 1, edge: 3, free: 0 },
      rightShare: 5 / 7,
      edgeShare: 3 / 10,
    });
  });

  it("has no share of nothing", () => {
    expect(summarizeTunes([])).toMatchObject({ tunes: 0, rightShare: undefined, edgeShare: undefined });
    expect(summarizeTunes(checkAbc("K:C\nCDE|"))).toMatchObject({ rightShare: undefined, edgeShare: 0 });
  });

  it("refuses what are no checks", () => {
    const texts: unknown = ["M:4/4"];
    expect(() => summarizeTunes(texts as never)).toThrow(
      'summarizeTunes: tunes must be an array of checks, as checkAbc gives them, received ["M:4/4"].',
    );
  });
});
