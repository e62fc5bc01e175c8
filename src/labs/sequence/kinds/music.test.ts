import { describe, expect, it } from "vitest";
import { musicKind, withoutTitle } from "./music.js";

const kind = musicKind();
const head = "X:1\nT:One\nR:reels\nM:4/4\nL:1/4\nK:C\n";

describe("tunes as items", () => {
  it("are learnt without number and title, and those that are none are left out with reasons", () => {
    const text = `${head}CDEF|GABc|\n\nX:2\nM:0/0\nK:C\nCDEF|\n\nX:3\nM:4/4\nCDEF|\n\nX:4\nM:4/4\nK:C\n`;
    const { items, skipped } = kind.split(text);
    expect(items).toEqual([{ text: "R:reels\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|", line: 1 }]);
    expect(skipped.map(({ line }) => line)).toEqual([9, 14, 18]);
    expect(skipped[0]?.reason).toContain("M:0/0");
    expect(skipped[1]?.reason).toContain("K:");
    expect(skipped[2]?.reason).toBe("it has no notes");
  });

  it("have a beginning that another may take over, and a label", () => {
    const item = withoutTitle(`${head}CDEF|`);
    expect(kind.beginning(item)).toBe("R:reels\nM:4/4\nL:1/4\nK:C\n");
    expect([kind.labelOf(item), kind.labelOf("K:C\nC")]).toEqual(["reels", undefined]);
    expect(kind.labelled("jigs")).toBe("R:jigs\n");
    expect(kind.shown("K:C\nC", 4)).toBe("X:5\nT:Tune 5\nK:C\nC");
  });

  it("are judged bar by bar", async () => {
    const tunes = ["CDEF|GABc|CDEF|", "CDEF|GABcd|CDEF|", "CDEF|G|CDEF|", "|:C2:|:D2:|:E2:|", ""];
    const items = tunes.map((music, at) => ({
      text: music === "" ? "" : `M:4/4\nL:1/4\nK:C\n${music}`,
      ended: at < 4,
    }));
    const judgement = await kind.judge(items, new Set([items[0]?.text as string]));
    expect(judgement).toMatchObject({
      count: 5,
      empty: 1,
      ended: 4,
      valid: 1,
      unique: 1,
      novel: 0,
      copies: 1,
    });
    expect(Object.fromEntries(judgement.reasons)).toEqual({
      "a bar that is overfull": 1,
      "a bar that is short": 1,
      "no bar that fills its metre": 1,
      "an empty text": 1,
    });
    // 3 and 2 and 2 of 3 bars are full; the three of the fourth are all at edges.
    expect(judgement.figures["bars that add up"]?.value).toBeCloseTo(7 / 9, 9);
    expect(judgement.figures["bars at edges"]?.value).toBeCloseTo(3 / 12, 9);
  });

  it("tell their faults with places", async () => {
    const [fault] = await kind.problems(`${head}CDEF|GABcd|CDEF|`);
    expect(fault).toEqual({ line: 7, column: 6, reason: "bar 2 holds 5/4 where 1 fill it" });
    expect(await kind.problems(`${head}CDEF|`)).toEqual([]);
    expect(await kind.problems(`${head}|:C2:|:D2:|`)).toEqual([
      { line: 1, reason: "no bar that fills its metre" },
    ]);
  });
});
