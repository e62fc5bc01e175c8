import { describe, expect, it } from "vitest";
import type { Drawing, Stroke } from "./drawing.js";
import { readSvgStrokes } from "./readSvgStrokes.js";
import { strokesSvg } from "./strokesSvg.js";

const drawingOf = (word: string, ...strokes: Stroke[]): Drawing => ({ strokes, word, facts: {} });
const square = drawingOf("box", { x: [0, 100, 100, 0, 0], y: [0, 0, 100, 100, 0] });
const dotted = drawingOf("i", { x: [0, 0], y: [30, 100] }, { x: [0], y: [0] });

describe("strokesSvg", () => {
  it("draws at one scale, each drawing in the middle of its cell", () => {
    const svg = strokesSvg([square, dotted], { columns: 2, width: 200, stroke: 2, smooth: false });
    // A cell of 100 with an edge of 2 + 4 leaves 88 pixels for 100 units.
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="200" height="100" viewBox="0 0 200 100">/,
    );
    expect(svg).toContain('<path d="M6 6L94 6L94 94L6 94L6 6"><title>box</title></path>');
    expect(svg).toContain('<path d="M150 32.4L150 94M150 6h0"><title>i</title></path>');
    expect(svg).toContain('stroke-width="2" stroke-linecap="round"');
  });

  it("goes round through the points", () => {
    const wave = drawingOf("", { x: [0, 10, 20], y: [0, 10, 0] });
    const svg = strokesSvg([wave], { width: 220, stroke: 1.2 });
    // The edge is 1.2 + 0.04 · 220 = 10, one unit 10 pixels: at the middle the line goes as from the first point to the last.
    expect(svg).toContain(
      '<path d="M10 10C26.67 26.67 76.67 110 110 110C143.33 110 193.33 26.67 210 10"></path>',
    );
  });

  it("sets columns as a contact sheet does, and lines of writing below each other", () => {
    const columns = (svg: string): number => new Set(svg.match(/M[\d.]+(?= )/g)).size;
    expect(columns(strokesSvg(Array(9).fill(square)))).toBe(3);
    const line = drawingOf("", { x: [0, 1000], y: [0, 100] });
    expect(columns(strokesSvg(Array(4).fill(line)))).toBe(1);
  });

  it("writes words so that XML takes them", () => {
    const svg = strokesSvg([drawingOf('<b> & "\u0000', { x: [0, 1], y: [0, 1] })]);
    expect(svg).toContain('<title>&lt;b&gt; &amp; "\uFFFD</title>');
  });

  it("draws dots, and lines without a width or height", () => {
    for (const drawing of [
      drawingOf("", { x: [5], y: [5] }),
      drawingOf("", { x: [5, 9], y: [5, 5] }),
      drawingOf("", { x: [5, 5], y: [5, 9] }),
      drawingOf("", { x: [0, 0], y: [0, 1e6] }),
    ]) {
      const svg = strokesSvg([drawing]);
      expect(svg).not.toMatch(/NaN|Infinity|e\+/);
      expect(readSvgStrokes(svg).drawing.strokes).toHaveLength(1);
    }
  });

  it("is read again as it was", () => {
    const svg = strokesSvg([square], { width: 100, stroke: 1, smooth: false });
    const { drawing, leftOut } = readSvgStrokes(svg);
    expect(drawing.strokes).toEqual([{ x: [5, 95, 95, 5, 5], y: [5, 5, 95, 95, 5] }]);
    expect(leftOut).toEqual([
      { line: 2, reason: "<rect>: it is as large as the whole, and taken for paper" },
    ]);
  });

  it("refuses no drawings, what are none, and bad options", () => {
    expect(() => strokesSvg([])).toThrow("strokesSvg: expected drawings, received none.");
    expect(() => strokesSvg([{}] as never)).toThrow("strokesSvg: drawings[0] must be a drawing");
    expect(() => strokesSvg([square], { stroke: 0 })).toThrow(
      "stroke must be a number above 0 and up to 100",
    );
    expect(() => strokesSvg([square], { width: 5 })).toThrow("width must be a whole number from 16 to 16384");
    expect(() => strokesSvg([square], { column: 2 } as never)).toThrow('Did you mean "columns"?');
  });
});
