import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import type { Grammar } from "../../items/grammar.js";
import { checkAbc } from "../check/checkAbc.js";
import { abcGrammar } from "./abcGrammar.js";
import { ascii, behind, endless, folk } from "./testing/readings.js";

/** A tune made by drawing evenly among what is allowed. */
function walk(grammar: Grammar, tokens: readonly string[], longest: number, random: Generator): string {
  const reading = grammar.begin();
  let text = "";
  for (let left = longest; ; left--) {
    const allowed = tokens.filter((token) => reading.allows(token, left));
    const mayEnd = reading.allows(undefined, left);
    if (allowed.length === 0 && !mayEnd)
      throw new Error(`dead end with ${left} left: ${JSON.stringify(text)}`);
    if (mayEnd && (allowed.length === 0 || random.uniform() < 0.05)) return text;
    const token = allowed[random.integer(allowed.length)] as string;
    reading.take(token);
    text += token;
  }
}

describe("random walks under the grammar", () => {
  it.each([
    ["a folk song writer's characters", folk, 40],
    ["all characters", ascii, 40],
    ["characters without a slash", folk.filter((sign) => sign !== "/"), 80],
    ["hardly any characters", [..."MK:4/C\nABcd|"], 60],
    ["no more than one tune needs", [..."MK:C\nA|"], 60],
  ])("of %s end in tunes that are right", (_, tokens, least) => {
    const grammar = abcGrammar({ tokens, fewestBars: 4, mostBars: 30 });
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: least, max: 500 }), (seed, longest) => {
        const text = walk(grammar, tokens, longest, new Generator(seed));
        expect(text.length).toBeLessThanOrEqual(longest);
        const [tune, ...others] = checkAbc(text);
        expect(others).toEqual([]);
        expect({ text, ...tune }).toMatchObject({ problems: [], warnings: [], isRight: true });
        expect(tune?.bars.some(({ status }) => status === "full")).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("have as many bars as they must, where there is room, and hardly more than they may", () => {
    const grammar = abcGrammar({ tokens: folk, fewestBars: 12, mostBars: 14 });
    for (let seed = 0; seed < 20; seed++) {
      const [tune] = checkAbc(walk(grammar, folk, 5000, new Generator(seed)));
      expect(tune?.bars.length).toBeGreaterThanOrEqual(12);
      // One bar for a repeat or ending that is open.
      expect(tune?.bars.length).toBeLessThanOrEqual(16);
    }
  });
});

const head = "M:4/4\nL:1/4\nK:C\n";

describe("abcGrammar takes", () => {
  it.each([
    'R:reel\nM:4/4\nL:1/4\nK:G\nd|"G"BG "D7/f+"A>B|G2 B/c/d|[GB]2 (3ABc|\\\nd2 -d||',
    "M:6/8\nK:Edor\n|:B|e2e efg|f3 -f2e|d2d dcB|A3 -A2:|\n|:B|e2e efg|f3 -f2e|1d2d dcB|A3 -A2:|2d2d d2e|e3 -e2|]",
    'T:A walk\nC:trad.\nQ:1/4=120\nM:3/4\nL:1/8\nK:Bb\n_B,2 ~D.F !trill!B2|{cd}c2 "^slow"(B=A) ^^G2|z2 x4|[B,DF]6|]',
    `${head}CDEF|GABc::cBAG|FEDC:|\nK:G\nM:3/4\nL:1/8\nG2A2B2|[K:D]A2F2D2||`,
    `${head}CDEF|[1GABc:|\n[2GFED|C4||CDEF|C4|`,
    `${head}(CD) (3E/F/G/ A|`,
    `${head}C4-|\\\nC2 [EG]2-|[EG]4|`,
  ])("%j", (tune) => {
    expect(behind(tune).allows(undefined, 0)).toBe(true);
    expect(checkAbc(tune)[0]).toMatchObject({ problems: [], warnings: [], isRight: true });
  });
});

describe("abcGrammar masks", () => {
  /** Whether each of the signs may come behind a text. */
  const may = (text: string, signs: string): string => {
    const reading = behind(text);
    return [...signs].filter((sign) => reading.allows(sign, endless)).join("");
  };

  it.each([
    ["what is no header", "", "RTCOSNZQMLK X|", "RTCOSNZQML"],
    ["a second field of one letter", "M:4/4\n", "MLK", "LK"],
    ["what is no metre", "M:", "C0123456789n(", "C123456789"],
    ["what is no unit length", "M:4/4\nL:1/", "0123456789", "12348"],
    ["keys of too many sharps", "M:4/4\nK:G#", "\nmMx", "mM"],
    ["a field without a value", "M:4/4\nK:", "\nC", "C"],
  ])("%s", (_, text, signs, allowed) => {
    expect(may(text, signs)).toBe(allowed);
  });

  it.each([
    ["the bar line until the bar is full", `${head}CDEF|CDE`, "|:F", "F"],
    ["notes beyond a full bar", `${head}CDEF|CDEF`, '|GzG[("-', "|-"],
    ["lengths that would overfill it", `${head}CDEF|CDEF`, "2/34", "/3"],
    ["a half bar before a repeat", `${head}CDEF|CD`, "|:", ""],
    ["the repeat until its bar is full", `${head}|:CDEF|CDEF`, "|:", "|:"],
    ["a repeat in a repeat", `${head}|:CDEF|`, "|:]1", "|1"],
    ["an open repeat's end of a part", `${head}|:CDEF|CDEF||`, ":|", ""],
    ["a second ending without a first", `${head}CDEF|[`, "12C", "1C"],
    ["all but the second ending behind the first", `${head}CDEF|1GABc:|`, "|C2[ \n", "2[ \n"],
    ["a third ending's number", `${head}CDEF|1GABc:|[`, "123K", "2"],
    ["an upbeat that is no shorter than the bar", `${head}CDEF`, "|:", "|:"],
    ["a tuplet's bar line", `${head}CDEF|CD(3EF`, "|G)", "G"],
    ["what is no tuplet", `${head}CDEF|CDE(`, "0123456789G", "23456789G"],
    ["notes of another length in a tuplet", `${head}CDEF|C2(3D/E`, "F/23|", "/"],
    ["all but the tied note", `${head}CDEF|CDE-`, 'EFez"[', 'E"'],
    ["all but what a chord's name may be", `${head}"`, 'ACH^x"', "AC^"],
    ["a chord's name without a note", `${head}CDEF|CDEF"`.slice(0, -1), '"', ""],
    ["a quote's end before the name", `${head}"A`, 'm"#q|', 'm"#'],
    ["a bracket left open", `${head}[CE`, "]|G2 ", "]G"],
    ["notes of several lengths in a chord", `${head}[C2E`, "23]", "2"],
    ["the end of a slur without notes", `${head}(`, ")C3|", "C3"],
    ["broken rhythm that does not fit", `${head}CDEF|CDEF`, "><", ""],
    ["another length in broken rhythm", `${head}C2>D`, "2/E", "2"],
    ["unknown signs", `${head}C`, "&?$@;q*", ""],
    ["blank lines", `${head}CDEF|\n`, "\nC", "C"],
    ["spaces in a row", `${head}C `, " D", "D"],
    ["a rest at the beginning", head, "zxC", "C"],
  ])("%s", (_, text, signs, allowed) => {
    expect(may(text, signs)).toBe(allowed);
  });
});

it("leads into no dead end with the few signs of a single tune", () => {
  for (const text of [
    "M:4/4\nL:1/4\nK:C\nCDEF|GABc|",
    "M:3/4\nK:G\nG2 A2|:B2:|\n",
    "R:jigs\nM:6/8\nK:D\nd2f|a3:|",
  ]) {
    const tokens = [...new Set(text)];
    const grammar = abcGrammar({ tokens });
    for (let seed = 0; seed < 60; seed++) {
      const random = new Generator(seed);
      const reading = grammar.begin();
      for (let left = 700; left > 0; left--) {
        const allowed = [...tokens, undefined].filter((token) => reading.allows(token, left));
        expect(allowed.length).toBeGreaterThan(0);
        const token = allowed[random.integer(allowed.length)];
        if (token === undefined) break;
        reading.take(token);
      }
    }
  }
});
