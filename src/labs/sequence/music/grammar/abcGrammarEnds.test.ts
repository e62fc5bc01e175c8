import { describe, expect, it } from "vitest";
import { checkAbc } from "../check/checkAbc.js";
import { type AbcGrammarOptions, abcGrammar } from "./abcGrammar.js";
import { ascii, behind, endless } from "./testing/readings.js";

const head = "M:4/4\nL:1/4\nK:C\n";

describe("abcGrammar and shorter bars", () => {
  const may = (text: string, sign: string, options?: AbcGrammarOptions): boolean =>
    behind(text, options).allows(sign, endless);

  it("takes an upbeat at the beginning, of at most three quarters of a bar", () => {
    expect(may(`${head}C`, "|")).toBe(true);
    expect(may(`${head}CDE`, "|")).toBe(true);
    expect(may(`${head}CDE7/`.replace("7/", "3/2"), "|")).toBe(false);
    expect(may(`${head}CDEF|C`, "|")).toBe(false);
  });

  it("lets a part's last bar lack the upbeat, and no other", () => {
    const part = `${head}C|DEFG|`;
    expect(may(`${part}ABc`, ":")).toBe(true);
    expect(may(`${part}AB`, ":")).toBe(false);
    // With a plain bar line it would be a short bar within: it must go on to a part's end.
    const short = behind(`${part}ABc|`);
    expect(["|", "]", ":"].map((sign) => short.allows(sign, endless))).toEqual([true, true, true]);
    expect([undefined, "\n", "C", " "].map((sign) => short.allows(sign, endless))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    // Without an upbeat nothing is lacking.
    expect(may(`${head}CDEF|ABc`, ":")).toBe(false);
    expect(may(`${head}CDEF|ABc`, "|")).toBe(false);
  });

  it("gives the next part the upbeat that the last bar lacked, and only then", () => {
    expect(may(`${head}C|DEFG|ABc:|d`, "|")).toBe(true);
    expect(may(`${head}C|DEFG|ABc:|d`, "e")).toBe(false);
    expect(may(`${head}C|DEFG|ABcd:|e`, "|")).toBe(false);
    expect(may(`${head}C|DEFG|ABcd:|e`, "f")).toBe(true);
  });

  it("goes back to a repeat's beginning without a gap", () => {
    // The upbeat stands before |: and is not repeated.
    expect(may(`${head}C|:DEFG|ABc`, ":")).toBe(false);
    expect(may(`${head}C|:DEFG|ABcd`, ":")).toBe(true);
  });

  it("begins anew with another metre behind a part", () => {
    expect(may(`${head}CDEF||\nM:3/4\nC`, "|")).toBe(true);
    expect(may(`${head}CDEF|\nM:3/4\nC`, "|")).toBe(false);
  });

  it("gives so many items an upbeat", () => {
    const grammar = abcGrammar({ upbeats: 0.25 });
    const open = Array.from({ length: 8 }, () => {
      const reading = grammar.begin();
      for (const sign of `${head}C`) reading.take(sign);
      return reading.allows("|", endless);
    });
    expect(open).toEqual([false, false, false, true, false, false, false, true]);
  });

  it("takes an upbeat that is given in any item", () => {
    const reading = abcGrammar({ upbeats: 0 }).begin();
    for (const sign of `${head}C|D`) reading.take(sign);
    expect(reading.allows("E", endless)).toBe(true);
  });
});

describe("abcGrammar steers to the end", () => {
  it("by what is left", () => {
    const reading = behind(`${head}CDEF|C`);
    // D3| is the shortest end: three characters.
    expect(reading.allows("D", 3)).toBe(true);
    expect(reading.allows("D", 2)).toBe(false);
    expect(reading.allows("/", 3)).toBe(false);
    // :|2, a bar and its line behind a first ending.
    const ending = behind(`${head}CDEF|1CDEF`);
    expect(ending.allows(":", 6)).toBe(true);
    expect(ending.allows(":", 5)).toBe(false);
    expect(ending.allows("|", 7)).toBe(false);
  });

  it("from each place of a tune, with the fewest characters that it names", () => {
    const tune = `${head}C|:"G"D>E (3F/G/A/ [Bd]|!trill!e2 ^f-f|1{ga}g4:|2g2 (fe)|]\nK:D\n|:"D7"F4:|`;
    const grammar = abcGrammar({ fewestBars: 1, upbeats: 1 });
    for (let at = 0; at <= tune.length; at++) {
      const reading = grammar.begin();
      for (const sign of tune.slice(0, at)) reading.take(sign);
      let left = 0;
      while (!reading.allows(undefined, left) && !ascii.some((sign) => reading.allows(sign, left))) left++;
      expect(left).toBeLessThan(30);
      let text = tune.slice(0, at);
      while (!reading.allows(undefined, left)) {
        const sign = ascii.find((one) => reading.allows(one, left)) ?? "nothing";
        reading.take(sign);
        text += sign;
        left--;
      }
      expect(checkAbc(text)[0]).toMatchObject({ problems: [], warnings: [], isRight: true });
    }
  });

  it("ends nowhere else", () => {
    const ends = (text: string): boolean => behind(text).allows(undefined, endless);
    expect(ends(`${head}CDEF|`)).toBe(true);
    expect(ends(`${head}CDEF|]`)).toBe(true);
    expect(ends(`${head}CDEF:|`)).toBe(true);
    const open = [
      "",
      "C",
      "C|",
      "CDEF",
      "CDEF|\n",
      "CDEF| ",
      "|:CDEF|",
      "CDEF|1CDEF|",
      "CDEF|1CDEF:|",
      "CDEC-|",
      "CDEF::",
    ];
    for (const text of open) expect(ends(head + text)).toBe(false);
  });

  it("only when a tune has bars enough, unless there is no room", () => {
    const reading = behind(`${head}CDEF|`, { fewestBars: 2 });
    expect(reading.allows(undefined, 100)).toBe(false);
    expect(reading.allows(undefined, 5)).toBe(true);
    expect(behind(`${head}CDEF|CDEF|`, { fewestBars: 2 }).allows(undefined, 100)).toBe(true);
    const long = behind(`${head}CDEF|CDEF|`, { mostBars: 2 });
    expect(ascii.some((sign) => long.allows(sign, endless))).toBe(false);
  });
});

describe("abcGrammar refuses", () => {
  it("tokens of more than one character, and those it does not know", () => {
    const reading = abcGrammar().begin();
    for (const token of ["", "M:", "<s>", "♪"]) expect(reading.allows(token, endless)).toBe(false);
  });

  it("to take what cannot come, and goes on as before", () => {
    const reading = behind(`${head}CDEF|CDEF`);
    expect(() => reading.take("G")).toThrow(
      'abcGrammar: "G" cannot come after "M:4/4\\nL:1/4\\nK:C\\nCDEF|CDEF". It keeps to tunes whose bars fill their metre; ' +
        "a beginning that is given must be such a tune's.",
    );
    expect(reading.allows("|", endless)).toBe(true);
  });

  it.each([
    [{ upbeats: 1.5 }, "abcGrammar: upbeats must be a number from 0 to 1, received 1.5."],
    [{ fewestBars: 0 }, "abcGrammar: fewestBars must be a whole number from 1 to 1000, received 0."],
    [{ mostBars: 4 }, "abcGrammar: fewestBars 16 is more than mostBars 4."],
    [{ token: [] }, 'abcGrammar: unknown option "token". Did you mean "tokens"?'],
    [{ tokens: "abc" }, 'abcGrammar: tokens must be an array of texts, received "abc".'],
    [
      { tokens: ["C"] },
      "abcGrammar: the tokens have not the letters M and K with a colon, without which no tune",
    ],
    [{ tokens: [..."MK:CA|4/"] }, "abcGrammar: the tokens have not the line end"],
    [{ tokens: [..."MK:CA\n"] }, "abcGrammar: the tokens have not the bar line |"],
    [{ tokens: [..."MK:H\n|"] }, "abcGrammar: the tokens have not any note A to G"],
    [{ tokens: [..."MK:abc\n|"] }, "abcGrammar: the tokens have not any key"],
    [{ tokens: [..."MK:A\n|"] }, "abcGrammar: the tokens have not digits of any metre, as 4/4"],
  ])("%o", (options: object, message) => {
    expect(() => abcGrammar(options)).toThrow(message);
  });
});
