import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drawing } from "./drawing.js";
import { readDrawings, writeDrawings } from "./readDrawings.js";

const cat =
  '{"word":"cat","countrycode":"VE","recognized":true,"drawing":[[[130,113,99],[72,40,27]],[[76],[82]]]}';
const raw = '{"word":"dog","drawing":[[[1.5,2.25],[3,4],[0,16.7]]]}';

/** Why one line is left out. */
const reason = (line: string): string | undefined => readDrawings(line).skipped[0]?.reason;

describe("readDrawings", () => {
  it("reads strokes, words and what else is said, and times of raw files", () => {
    const { drawings, lines, skipped } = readDrawings(`${cat}\n\n${raw}\r\n`);
    expect(drawings).toEqual([
      {
        word: "cat",
        facts: { countrycode: "VE", recognized: true },
        strokes: [
          { x: [130, 113, 99], y: [72, 40, 27] },
          { x: [76], y: [82] },
        ],
      },
      { word: "dog", facts: {}, strokes: [{ x: [1.5, 2.25], y: [3, 4], t: [0, 16.7] }] },
    ]);
    expect(lines).toEqual([1, 3]);
    expect(skipped).toEqual([]);
  });

  it("passes over a byte order mark, and takes a drawing without a word", () => {
    expect(readDrawings('\uFEFF{"drawing":[[[1,2],[3,4]]]}').drawings[0]?.word).toBe("");
    expect(readDrawings("")).toEqual({ drawings: [], lines: [], skipped: [] });
  });

  it.each([
    ["cat, dog", 'is no JSON, it begins "cat, dog"'],
    ['{"word":"cat","drawing":[[[1,2],[3', 'is no JSON, it begins "{\\"word\\":\\"cat\\",\\"drawing\\":"'],
    ['{"drawing":[[[1,NaN],[3,4]]]}', "has NaN or Infinity, which JSON has not"],
    ["[[1,2],[3,4]]", "holds no object { word, drawing }"],
    ["null", "holds no object { word, drawing }"],
    ['{"word":7,"drawing":[[[1,2],[3,4]]]}', "has a word that is no text"],
    ['{"word":"cat"}', 'has no "drawing"'],
    ['{"drawing":"cat"}', "has a drawing that is no list of strokes"],
    ['{"drawing":[{"x":[1],"y":[2]}]}', "has a drawing that is no list of strokes"],
    ['{"drawing":[]}', "has no strokes"],
    ['{"drawing":[[[],[]]]}', "stroke 1 has no points"],
    ['{"drawing":[[[1,2],[3,4]],[[1,2,3],[3,4]]]}', "stroke 2 has 3 x and 2 y"],
    ['{"drawing":[[[1,2],[3,4],[0]]]}', "stroke 1 has 2 x and 1 t"],
    ['{"drawing":[[[1,2]]]}', "stroke 1 holds 1 list, expected x and y, and times if there are any"],
    ['{"drawing":[[1,2]]}', "stroke 1 has a x that is no list of numbers"],
    ['{"drawing":[[[1,null],[3,4]]]}', "stroke 1 has nothing for x of point 2"],
    ['{"drawing":[[[1,2],[3,"4"]]]}', 'stroke 1 has "4" for y of point 2'],
    ['{"drawing":[[[1,1e300],[3,4]]]}', "stroke 1 has 1e+300 for x of point 2"],
    ['{"drawing":[[[5],[5]]]}', "has a single point, which is no drawing"],
  ])("leaves out %s", (line, expected) => {
    expect(reason(line)).toBe(expected);
  });

  it("counts bad lines among good ones, or refuses the text for the first", () => {
    const text = [cat, "oops", raw, '{"drawing":[]}', cat].join("\n");
    const { drawings, lines, skipped } = readDrawings(text);
    expect(drawings).toHaveLength(3);
    expect(lines).toEqual([1, 3, 5]);
    expect(skipped.map(({ line }) => line)).toEqual([2, 4]);
    expect(() => readDrawings(text, { strict: true })).toThrow(
      'readDrawings: line 2 is no JSON, it begins "oops". Without strict such lines are left out and counted.',
    );
  });

  it("refuses what is no text, and unknown options", () => {
    expect(() => readDrawings([] as never)).toThrow("readDrawings: text must be a text, received [].");
    expect(() => readDrawings("", { stict: true } as never)).toThrow('Did you mean "strict"?');
  });
});

const coordinates = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
const stroke = fc
  .array(fc.tuple(coordinates, coordinates, coordinates), { minLength: 1, maxLength: 5 })
  .chain((points) =>
    fc.boolean().map((hasTimes) => ({
      x: points.map(([x]) => x),
      y: points.map(([, y]) => y),
      ...(hasTimes ? { t: points.map(([, , t]) => t) } : {}),
    })),
  );
const anyDrawing: fc.Arbitrary<Drawing> = fc.record({
  word: fc.string(),
  facts: fc.dictionary(fc.constantFrom("hand", "sign", "key"), fc.oneof(fc.string(), fc.integer())),
  strokes: fc.array(stroke, { minLength: 2, maxLength: 4 }),
});

describe("writeDrawings", () => {
  it("writes what is read again", () => {
    fc.assert(
      fc.property(fc.array(anyDrawing), (drawings) => {
        const { drawings: again, skipped } = readDrawings(writeDrawings(drawings));
        expect(skipped).toEqual([]);
        expect(again).toEqual(JSON.parse(JSON.stringify(drawings)));
      }),
    );
  });

  it("keeps the form of the file", () => {
    expect(writeDrawings(readDrawings(`${cat}\n${raw}`).drawings)).toBe(`${cat}\n${raw}\n`);
    expect(writeDrawings([])).toBe("");
  });

  it("rounds if asked to", () => {
    const drawing = { word: "", facts: { word: "lost" }, strokes: [{ x: [1.23456, 2], y: [3.999, -0.5] }] };
    expect(writeDrawings([drawing], { decimals: 1 })).toBe('{"word":"","drawing":[[[1.2,2],[4,-0.5]]]}\n');
  });

  it.each([
    [[{ word: "", facts: {}, strokes: [] }]],
    [[{ word: "", facts: {}, strokes: [{ x: [1], y: [Number.NaN] }] }]],
    [[{ word: "", facts: {}, strokes: [{ x: [1, 2], y: [1] }] }]],
    [[{ facts: {}, strokes: [{ x: [1], y: [1] }] }]],
    [[3]],
  ])("refuses %j", (drawings) => {
    expect(() => writeDrawings(drawings as never)).toThrow(
      "writeDrawings: drawings[0] must be a drawing { strokes: [{ x, y }], word, facts } with as many finite x as y",
    );
  });

  it("refuses what are no drawings, and digits that numbers do not have", () => {
    expect(() => writeDrawings(cat as never)).toThrow("writeDrawings: drawings must be an array of drawings");
    expect(() => writeDrawings([], { decimals: 16 })).toThrow("decimals must be a whole number from 0 to 15");
  });
});

const folder = process.env.IMAGO_DATA === undefined ? undefined : join(process.env.IMAGO_DATA, "sequences");
const here = folder !== undefined && existsSync(join(folder, "drawings_heldout.ndjson"));

describe.skipIf(!here)("real drawings (IMAGO_DATA)", () => {
  it.each([
    ["handwriting_words_heldout", 500],
    ["handwriting_lines_heldout", 200],
    ["drawings_heldout", 484],
  ])("reads %s, and writes the same bytes", (name, count) => {
    const text = readFileSync(join(folder as string, `${name}.ndjson`), "utf8");
    const { drawings, skipped } = readDrawings(text, { strict: true });
    expect([drawings.length, skipped.length]).toEqual([count, 0]);
    expect(writeDrawings(drawings)).toBe(text);
  });
});
