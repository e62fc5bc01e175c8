import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkAbc } from "./check/checkAbc.js";
import { abcGrammar } from "./grammar/abcGrammar.js";
import { splitTunes } from "./splitTunes.js";
import { summarizeTunes } from "./summary.js";

const folder = process.env.IMAGO_DATA === undefined ? undefined : join(process.env.IMAGO_DATA, "sequences");

describe.skipIf(folder === undefined)("folk tunes", () => {
  const read = (part: string): string => readFileSync(join(folder ?? "", `tunes_${part}.abc`), "utf8");

  it("are right but for those that are wrong", () => {
    const train = summarizeTunes(checkAbc(read("train")));
    // A short last bar before a plain bar line is at an edge here; whoever judges it has 12 more, of which none is right.
    expect(train).toMatchObject({ tunes: 871, tunesWithRightBars: 863, bars: 19480 });
    expect(train.byStatus).toEqual({ full: 17011, short: 12, overfull: 1, edge: 2456, free: 0 });
    const heldout = summarizeTunes(checkAbc(read("heldout")));
    expect(heldout).toMatchObject({ tunes: 80, tunesWithRightBars: 80 });
    expect(heldout.byStatus).toEqual({ full: 1635, short: 0, overfull: 0, edge: 202, free: 0 });
  });

  it("are nearly all what the grammar takes", () => {
    const items = splitTunes(read("train")).map(({ text }) => text.replaceAll(/^[XT]:.*\n/gm, ""));
    const grammar = abcGrammar({ tokens: [...new Set(items.join(""))], upbeats: 1, fewestBars: 1 });
    const taken = items.filter((item) => {
      const reading = grammar.begin();
      for (const sign of item) {
        if (!reading.allows(sign, 10_000)) return false;
        reading.take(sign);
      }
      return reading.allows(undefined, 0);
    });
    // The others have unpaired repeats, chord names that are not in use elsewhere, or short bars where no upbeat is.
    expect(taken.length / items.length).toBeGreaterThan(0.8);
  });
});
