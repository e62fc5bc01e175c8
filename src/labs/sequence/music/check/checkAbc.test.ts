import { describe, expect, it } from "vitest";
import { written } from "../fraction.js";
import { checkAbc } from "./checkAbc.js";
import { barFault, type TuneCheck } from "./tuneCheck.js";

const check = (text: string): TuneCheck => {
  const [tune, ...others] = checkAbc(text);
  expect(others).toEqual([]);
  return tune as TuneCheck;
};

/** What is said of the bars of music in 4/4 whose unit is a quarter. */
const bars = (music: string, header = "M:4/4\nL:1/4\nK:C"): string[] => {
  const tune = check(`${header}\n${music}`);
  expect(tune.problems).toEqual([]);
  return tune.bars.map(({ length, status }) => `${written(length)} ${status}`);
};

describe("checkAbc counts", () => {
  it.each([
    ["notes with octaves and accidentals", "C ^d, _E' =f|", ["1 full"]],
    ["double accidentals", "^^C __D ^E _F|", ["1 full"]],
    ["lengths", "C2 D/2 E/ F|C3/2 D3/ A//B// z///z/// e/4|", ["1 full", "1 full"]],
    ["rests", "C z x2|Z|X3|", ["1 full", "1 full", "3 full"]],
    ["chords by their first note", "[CEG]2[CE][^C2E]/2|[c'_e]4|", ["1 full", "1 full"]],
    ["chords that hold lengths and more", "[C2E2]2|[C-E-][CE][!trill!CE]2|", ["1 full", "1 full"]],
    ["broken rhythm", "C>D E<F|C>>D E<<<F|", ["1 full", "1 full"]],
    ["broken rhythm over a chord's name and grace notes", 'C> "G"D E<{f}F|', ["1 full"]],
    ["what broken rhythm alone makes longer or shorter", "C2>D E|C2<D E|", ["9/8 overfull", "7/8 edge"]],
    ["triplets", "(3CDE F2|(3C/D/E/ F3|", ["1 full", "1 full"]],
    [
      "duplets to nonuplets",
      "(2CD E|(4CDEF G|(5C/D/E/F/G/ A3|(6C/D/E/F/G/A/ B3|(7C/D/E/F/G/A/B/ c3|",
      ["1 full", "1 full", "1 full", "1 full", "1 full"],
    ],
    ["tuplets in full", "(3:2:3CDE F2|(3::2C3/2D3/2 E2|(5:4:5C/D/E/F/G/ A2|", ["1 full", "1 full", "1 full"]],
    ["tuplets that hold rests, chords and names", '(3Cz"G"[EG] F2|', ["1 full"]],
    [
      "no time for what takes none",
      '!trill!C~D.E (F|{cd}C "Am"D) y2 u[EG]`F- |F4|',
      ["1 full", "1 full", "1 full"],
    ],
    ["old decorations", "+trill+C D E F|", ["1 full"]],
    ["over line ends", "C D\\\nE F|G A\nB c|", ["1 full", "1 full"]],
    ["nothing for comments", "C D % E F\nE F|%\n%%text A\nG A B c|", ["1 full", "1 full"]],
  ])("%s", (_, music, expected) => {
    expect(bars(music)).toEqual(expected);
  });

  it("compound metres' tuplets", () => {
    expect(bars("(2CD E3|(4CDEF G3|", "M:6/8\nL:1/8\nK:C")).toEqual(["3/4 full", "3/4 full"]);
  });

  it("units that are not written by the metre", () => {
    expect(bars("CDEFGABc|", "M:4/4\nK:C")).toEqual(["1 full"]);
    expect(bars("CDEFGABc|", "M:2/4\nK:C")).toEqual(["1/2 full"]);
    expect(bars("CDEFGA|", "K:C")).toEqual(["3/4 free"]);
    // L before M, and M after a change in the music, leave the unit as it is.
    expect(bars("CD|\nM:2/4\nCD|", "L:1/4\nM:2/4\nK:C")).toEqual(["1/2 full", "1/2 full"]);
    expect(bars("CDEFGABc|[M:2/4]CDEF|", "M:4/4\nK:C")).toEqual(["1 full", "1/2 full"]);
  });

  it("metres by any name", () => {
    for (const metre of ["C", "C|", "4/4", "2/2", "(3+3+2)/8"]) {
      expect(bars("CDEF|", `M:${metre}\nL:1/4\nK:C`)).toEqual(["1 full"]);
    }
    expect(bars("CDEFG|A|", "M:none\nL:1/4\nK:C")).toEqual(["5/4 free", "1/4 free"]);
  });

  it("changes of metre and unit in the music", () => {
    const music = "CDEF|[M:3/4]CDE|\nM:2/4\nL:1/8\nCDEF|[L:1/4] CD|[K:G]CD|\\\nM:4/4\nCDEF|";
    expect(bars(music)).toEqual(["1 full", "3/4 full", "1/2 full", "1/2 full", "1/2 full", "1 full"]);
  });

  it("voices, each with bars of its own", () => {
    const tune = check("M:4/4\nL:1/4\nV:1\nV:2\nK:C\nV:1\nCDEF|GA\nV:2\n[M:3/4]C,D,E,|\n[V:1]Bc|");
    expect(tune.bars.map(({ voice, number, status }) => [voice, number, status])).toEqual([
      ["1", 1, "full"],
      ["1", 2, "full"],
      ["2", 1, "full"],
    ]);
    expect(tune.isRight).toBe(true);
  });
});

describe("checkAbc judges", () => {
  it.each([
    ["short and overfull bars within", "CDEF|CDE|CDEFG|CDEF|", "full short overfull full"],
    ["an upbeat and what completes it", "C|CDEF|CDE|", "edge full edge"],
    ["repeats", "|:C|CDEF|CDE:|F|CDEF|DEF:|", "edge full edge edge full edge"],
    ["repeats in one sign", "C|CDEF|CDE::F|CDEF|DEF:|", "edge full edge edge full edge"],
    ["all forms of bar lines", "CDE||D|]E[|F:||:G:|:A|||:B|", "edge edge edge edge edge edge edge"],
    ["endings", "CDEF|1CD:|2EF||", "full edge edge"],
    ["endings in brackets", "CDEF|[1CD:|[2EF| [3-4,6 G:|", "full edge edge edge"],
    ["endings with a name", 'CDEF["last"C|', "full edge"],
    ["endings within a bar", "CDEF|CD[1EF:|", "full edge edge"],
    ["parts by name", "CDEF|CD|\nP:B\nEF|CDEF|", "full edge edge full"],
    ["an overfull bar at an edge too", "CDEFG|CDEF|CDEFG||", "overfull full overfull"],
    ["border upon border as one", "CDEF|CD|\n|:EF|CDEF:|", "full edge edge full"],
    ["a bar line at a line's start as none", "CDEF|\n|CD|CDEF|", "full short full"],
    ["the end without a bar line", "CDEF|CD", "full edge"],
    ["dotted bar lines", "CDEF.|CD.|CDEF|", "full short full"],
    ["bars of rests", "CDEF|Z2|Z4 C|", "full full overfull"],
    ["chord names alone as no bar", 'CDEF|"G"|CDEF|', "full full"],
  ])("%s", (_, music, expected) => {
    const tune = check(`M:4/4\nL:1/4\nK:C\n${music}`);
    expect(tune.bars.map(({ status }) => status).join(" ")).toBe(expected);
  });

  it("says where a bar stands and what it lacks", () => {
    const tune = check('X:7\nT:First\nT:Second\nM:3/4\nL:1/8\nK:G\n|:"G"G6|A2B2c|\n  d8 :|');
    expect(tune.header).toEqual({ X: "7", T: "First", M: "3/4", L: "1/8", K: "G" });
    expect(tune.bars).toEqual([
      {
        number: 1,
        voice: undefined,
        line: 7,
        column: 3,
        length: { numerator: 3, denominator: 4 },
        metre: { numerator: 3, denominator: 4 },
        status: "full",
      },
      expect.objectContaining({ number: 2, line: 7, column: 9, status: "short" }),
      expect.objectContaining({ number: 3, line: 8, column: 3, status: "overfull" }),
    ]);
    expect(tune.bars.map(barFault)).toEqual([
      undefined,
      "bar 2 (line 7, column 9) holds 5/8 where 3/4 fill it",
      "bar 3 (line 8, column 3) holds 1 where 3/4 fill it",
    ]);
    expect(tune).toMatchObject({ line: 1, notes: 5, isRight: false, problems: [], warnings: [] });
  });

  it("names the voice of a bar", () => {
    const tune = check("M:2/4\nL:1/4\nK:C\nV:low\nC|CD|C|CD|\nV:high\nCD|");
    expect(tune.bars.map(barFault)[2]).toBe(
      "bar 3 of voice low (line 5, column 6) holds 1/4 where 1/2 fill it",
    );
  });

  it("each tune of a file for itself", () => {
    const tunes = checkAbc("X:1\nM:2/4\nL:1/4\nK:C\nCD|\n\nX:2\nM:2/4\nL:1/4\nK:C\nCD|C|CD|\n");
    expect(tunes.map(({ line, isRight }) => [line, isRight])).toEqual([
      [1, true],
      [7, false],
    ]);
    expect(tunes[1]?.bars[1]).toMatchObject({ line: 11, column: 4 });
  });
});

describe("checkAbc finds", () => {
  /** All problems of a tune as `line:column in bar: reason`. */
  const problems = (text: string): string[] =>
    check(text).problems.map(
      ({ line, column, bar, reason }) =>
        `${line}:${column}${bar === undefined ? "" : ` in ${bar}`}: ${reason}`,
    );
  const head = "M:4/4\nL:1/4\nK:C\n";

  it.each([
    ["", "1:1: an empty text"],
    ["M:4/4\nL:1/4", "1:1: a header without a K: field, and no music"],
    ["M:4/4\nK:C", "1:1: no notes"],
    ['K:C\n"Am"|z4|', "1:1: no notes"],
    ["M:4/4\nL:1/4\nCDEF|", "3:1: music before the header's end: there is no K: field"],
    ["M:0/0\nK:C\nC|", "1:1: M:0/0 will not do: it is no metre as 6/8, C, C| or none"],
    ["M:4/4\nL:1/3\nK:C\nC|", "2:1: L:1/3 will not do: it is no unit length as 1/8, of 1/1 to 1/512"],
    ["M:4/4\nK:H\nC|", "2:1: K:H will not do: it begins with no tonic A to G"],
    ["X:one\nK:C\nC|", "1:1: X:one will not do: it must be a whole number"],
    ["Q:fast\nK:C\nC|", "1:1: Q:fast will not do: it is no tempo as 1/4=120"],
    ["Q:1/0=120\nK:C\nC|", "1:1: Q:1/0=120 will not do: it is no tempo as 1/4=120"],
  ])("in the header of %j", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it.each([
    ["CD&EF|", '4:3 in 1: the unknown sign "&"'],
    ["CDE?F|", '4:4 in 1: the unknown sign "?"'],
    ["CD 🎵EF|", '4:4 in 1: the unknown sign "🎵"'],
    ["CDEF|C:D EF|", '4:7 in 2: the unknown sign ":"'],
    ['CDEF|"Am CDEF|', "4:6 in 2: quote left open"],
    ['CDEF|"A\\"CDEF|', "4:6 in 2: quote left open"],
    ["CDEF|(3CD|EFGA|", "4:6 in 2: the tuplet (3 has 2 of its 3 notes before the bar ends"],
    ["CDEF|EF(3CD", "4:8 in 2: the tuplet (3 has 2 of its 3 notes before the bar ends"],
    ["(3C(3DEF G|", "4:4 in 1: the tuplet (3 within another"],
    ["(1C DEF|", "4:1 in 1: (1 is no tuplet"],
    ["(3:0:3CDE F2|", "4:1 in 1: (3:0:3 is no tuplet"],
    ["CDE^|F|", "4:4 in 1: the accidental ^ stands before no note"],
    ["CDE^^^F|", "4:4 in 1: ^^^ in ^^^F is no accidental"],
    ["CDE=_F|", "4:4 in 1: =_ in =_F is no accidental"],
    ["CDEc'''''|", "4:4 in 1: the note c''''' is too high to be played"],
    ["CDEC,,,,,|", "4:4 in 1: the note C,,,,, is too low to be played"],
    ["C0DEF|", "4:2 in 1: the length 0 is none"],
    ["C/0DEF|", "4:2 in 1: the length /0 is none"],
    ["C//4DEF|", "4:2 in 1: the length //4 has too many slashes"],
    ["C12345|", "4:2 in 1: the length 12345 is beyond all notes"],
    ["C/3DEF|", "4:2 in 1: the length /3 is in no halves, quarters and so on down to 256"],
    ["C/512DEF|", "4:2 in 1: the length /512 is in no halves, quarters and so on down to 256"],
    [">CDEF|", "4:1 in 1: broken rhythm > after no note"],
    ["CDEF|>CDEF|", "4:6 in 2: broken rhythm > after no note"],
    ["C><DEF|", "4:3 in 1: broken rhythm < after no note"],
    ["C>>>>DEF|", "4:2 in 1: broken rhythm >>>> with more than three signs"],
    ["CDEF>|G|", "4:6 in 1: broken rhythm > before no note"],
    ["-CDEF|", "4:1 in 1: a tie after no note"],
    ["z-CDE|", "4:2 in 1: a tie after no note"],
    ["CDEF|-F4|", "4:6 in 2: a tie after no note"],
    ["CD[EG|", "4:3 in 1: chord left open"],
    ["CD[]E2|", "4:3 in 1: a chord without notes"],
    ["[C?E]DEF|", '4:3 in 1: the unknown sign "?" among notes'],
    ["CDEF|{cCDEF|", "4:6 in 2: grace notes left open"],
    ["{}CDEF|", "4:1 in 1: grace notes without notes"],
    ["!trill CDEF|", "4:1 in 1: decoration left open after !"],
    ["CD\\EF|", "4:3 in 1: \\ within a line"],
    ["CDEF|[K:G CDEF|", "4:6 in 2: a field [ left open"],
    ["CDEF|[M:0/0]CDEF|", "4:6 in 2: M:0/0 will not do: it is no metre as 6/8, C, C| or none"],
    ["CDEF|\nK:X\nCDEF|", "5:1 in 2: K:X will not do: it begins with no tonic A to G"],
    ["Z0|CDEF|", "4:1 in 1: a rest of 0 bars"],
  ])("in %j", (music, problem) => {
    expect(problems(head + music)[0]).toBe(problem);
  });

  it.each([
    ["CDEF-|", "a tie to nothing"],
    ["CDE-z|", "a tie to a rest"],
    ["CDE-F|", "a tie between different notes"],
    ["CDEF)|", "a slur that ends and never began"],
    ["(CDEF|", "a slur that never ends"],
    ["|:CDEF|", "a repeat |: that never ends"],
    ["|:CDEF|:CDEF:|", "a repeat |: that begins again before it ends"],
    ["|:CDEF|1GABc:|CDEF|", "a first ending without a second"],
  ])("a warning in %j", (music, warning) => {
    const tune = check(head + music);
    expect(tune.warnings.map(({ reason }) => reason)).toEqual([warning]);
    expect(tune.isRight).toBe(true);
  });

  it("a warning where nothing can be judged", () => {
    expect(check("K:C\nCDE|").warnings.map(({ reason }) => reason)).toEqual([
      "no M: field, so that no bar is judged",
    ]);
  });

  it("no fault in what is right", () => {
    const tune = check(
      "X:3\nT:A tune, with % a remark\nC:trad.\nR:reel\nM:C|\nL:1/8\nQ:1/2=80\nK:Edor clef=treble\n" +
        'U: W = !trill!\n|:(3B,CD|"Em"E2B,>E W~G2{a}FE|[EG]4- [EG]2 z2|1 E4-E2:|2 E8|]\nw: la la\n',
    );
    expect(tune.problems).toEqual([]);
    expect(tune.warnings).toEqual([]);
    expect(tune.bars.map(({ status }) => status)).toEqual(["edge", "full", "full", "edge", "full"]);
  });

  it("music in lines that begin like fields", () => {
    expect(bars("CDEF|CDE\\\nF:|")).toEqual(["1 full", "1 full"]);
  });

  it("lengths that cannot be added up", () => {
    const odd = [32, 31, 29, 27, 25, 23, 19, 17, 13, 11, 7].map((count) => `(${count}:1:1C/256`).join("");
    expect(problems(`${head}CDEF|${odd}|`)[0]).toMatch(/note lengths that are too odd to be added up$/);
  });

  it("at most a thousand problems", () => {
    expect(problems(`${head}${"?".repeat(5000)}`)).toHaveLength(1000);
  });
});

describe("checkAbc", () => {
  it("reads long texts in time that grows as they do", () => {
    const head = "M:4/4\nL:1/4\nK:C\n";
    const start = performance.now();
    for (const sign of [
      "CDEF|",
      "C",
      "[",
      '"',
      "!",
      "(3",
      "[K:",
      "V:1\n",
      "9",
      "-",
      "{a",
      "\\",
      "X:1\n",
      "^",
    ]) {
      checkAbc(head + sign.repeat(100_000 / sign.length));
    }
    // Quadratic time would be minutes.
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it("refuses what is no text", () => {
    const nothing: never = undefined as never;
    expect(() => checkAbc(nothing)).toThrow("checkAbc: text is required: a text.");
  });
});
