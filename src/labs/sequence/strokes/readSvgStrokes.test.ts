import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Stroke } from "./drawing.js";
import { readSvgStrokes } from "./readSvgStrokes.js";

const svg = (inner: string, attributes = ""): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inner}</svg>`;

/** Strokes of what stands in an SVG, rounded to thousandths. */
function strokes(inner: string, attributes = "", tolerance?: number): [number, number][][] {
  const { drawing } = readSvgStrokes(svg(inner, attributes), { tolerance });
  const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0;
  return drawing.strokes.map(({ x, y }) => x.map((one, at) => [rounded(one), rounded(y[at] as number)]));
}

const path = (d: string, tolerance?: number): [number, number][][] =>
  strokes(`<path d="${d}"/>`, "", tolerance);

describe("readSvgStrokes: path data", () => {
  it.each([
    [
      "lines",
      "M1 2L3 4H5V6",
      [
        [1, 2],
        [3, 4],
        [5, 4],
        [5, 6],
      ],
    ],
    [
      "lines from where the pen is",
      "m1 2l2 2h2v2",
      [
        [1, 2],
        [3, 4],
        [5, 4],
        [5, 6],
      ],
    ],
    [
      "pairs behind a move",
      "M0,0 10,0 10,10",
      [
        [0, 0],
        [10, 0],
        [10, 10],
      ],
    ],
    [
      "pairs behind a relative move",
      "m5 5 1 0 0 1",
      [
        [5, 5],
        [6, 5],
        [6, 6],
      ],
    ],
    [
      "numbers without blanks",
      "M.5.5-1-2L1e1-1E-1",
      [
        [0.5, 0.5],
        [-1, -2],
        [10, -0.1],
      ],
    ],
    [
      "the end of a closed line",
      "M0 0H4V4Z",
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 0],
      ],
    ],
    [
      "a line that is closed where it began",
      "M0 0H4V4L0 0Z",
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 0],
      ],
    ],
    ["a dot", "M3 4h0", [[3, 4]]],
    [
      "line breaks and commas",
      "M 1,\n2\tL 3 , 4",
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ])("reads %s", (_name, d, expected) => {
    expect(path(d)).toEqual([expected]);
  });

  it("lifts the pen at each move, and goes on where a closed line began", () => {
    expect(path("M0 0L1 1M5 5L6 6")).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
      [
        [5, 5],
        [6, 6],
      ],
    ]);
    expect(path("M2 2h2v2zl0 5")).toEqual([
      [
        [2, 2],
        [4, 2],
        [4, 4],
        [2, 2],
      ],
      [
        [2, 2],
        [2, 7],
      ],
    ]);
    // A move without a line draws nothing, and a second z neither.
    expect(path("M0 0M1 1L2 2zz")).toEqual([
      [
        [1, 1],
        [2, 2],
        [1, 1],
      ],
    ]);
  });

  it("takes curves to where they end, within the tolerance", () => {
    // The quarter of a circle of radius 100 as a curve; it is off by 0.03 itself.
    const [quarter] = path("M100 0C100 55.228 55.228 100 0 100", 0.1) as [[number, number][]];
    expect(quarter[0]).toEqual([100, 0]);
    expect(quarter.at(-1)).toEqual([0, 100]);
    for (const [x, y] of quarter) expect(Math.abs(Math.hypot(x, y) - 100)).toBeLessThan(0.04);
    quarter.slice(1).forEach(([x, y], at) => {
      const [fromX, fromY] = quarter[at] as [number, number];
      expect(Math.hypot((x + fromX) / 2, (y + fromY) / 2)).toBeGreaterThan(100 - 0.1 - 0.04);
    });
    expect(path("M100 0C100 55.228 55.228 100 0 100", 0.001)[0]?.length).toBeGreaterThan(
      8 * (quarter.length / 2),
    );
    expect(path("M100 0C100 55.228 55.228 100 0 100", 1000)).toEqual([
      [
        [100, 0],
        [0, 100],
      ],
    ]);
  });

  it("reads curves of the second degree", () => {
    // At the middle of M0 0 Q 50 100 100 0 the curve is at 50, 50.
    const [curve] = path("M0 0Q50 100 100 0", 12.5) as [[number, number][]];
    expect(curve).toEqual(
      expect.arrayContaining([
        [0, 0],
        [100, 0],
      ]),
    );
    expect(Math.max(...path("M0 0Q50 100 100 0", 0.01)[0]!.map(([, y]) => y))).toBeCloseTo(50, 1);
    expect(Math.min(...path("M0 0Q50 100 100 0T200 0", 0.01)[0]!.map(([, y]) => y))).toBeCloseTo(-50, 1);
    // T behind something else goes straight.
    expect(path("M0 0L10 0T20 0", 0.01)[0]?.every(([, y]) => y === 0)).toBe(true);
  });

  it("reflects the second control point of the curve before", () => {
    const whole = path("M0 0C0 50 100 50 100 0C100 -50 200 -50 200 0", 0.5);
    expect(path("M0 0C0 50 100 50 100 0S200-50 200 0", 0.5)).toEqual(whole);
    expect(path("m0 0c0 50 100 50 100 0s100-50 100 0", 0.5)).toEqual(whole);
    expect(path("M0 0S100 50 100 0", 0.5)).toEqual(path("M0 0C0 0 100 50 100 0", 0.5));
  });

  it("reads arcs: four of them between two points", () => {
    const middle = (large: number, sweep: number): [number, number] => {
      const arc = path(`M0 0A50 50 0 ${large} ${sweep} 100 0`, 0.001)[0] as [number, number][];
      return arc[Math.floor(arc.length / 2)] as [number, number];
    };
    // A half circle: clockwise on the screen goes over the top, where y is negative.
    expect(middle(0, 1)[1]).toBeCloseTo(-50, 1);
    expect(middle(0, 0)[1]).toBeCloseTo(50, 1);
    const lowest = (d: string): number => Math.max(...path(d, 0.001)[0]!.map(([, y]) => y));
    // Radius 100 over a way of 100: the centre is √(100² − 50²) = 86.6 away.
    expect(lowest("M0 0A100 100 0 0 0 100 0")).toBeCloseTo(100 - 86.603, 1);
    expect(lowest("M0 0A100 100 0 1 0 100 0")).toBeCloseTo(100 + 86.603, 1);
    // Flags stand against what follows.
    expect(path("M0 0A50 50 0 01100 0", 0.1)).toEqual(path("M0 0A50,50,0,0,1,100,0", 0.1));
    // Turned by a quarter, the radii change places.
    expect(lowest("M0 0A50 20 90 0 0 40 0")).toBeCloseTo(50, 1);
    expect(lowest("M0 0A10 10 0 0 0 100 0")).toBeCloseTo(50, 1);
    expect(path("M0 0A0 10 0 0 0 100 0")).toEqual([
      [
        [0, 0],
        [100, 0],
      ],
    ]);
    expect(path("M0 0A5 5 0 0 0 0 0L1 1")).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
    ]);
  });

  it.each([
    ["M0 0L5 5X9", '<path>: "X" at character 9 is no path command'],
    ["M0 0L5 5L7", '<path>: "L" at character 9 without its 2 numbers'],
    ["M0 0L5 5A1 1 0 2 0 9 9", '<path>: "A" at character 9 without its 7 numbers'],
    ["M0 0L5 5z 3", '<path>: "3" at character 11 is no path command'],
  ])("keeps what stands before an error in %s", (d, reason) => {
    const { drawing, leftOut } = readSvgStrokes(svg(`<path d="${d}"/>`));
    expect(drawing.strokes[0]?.x.slice(0, 2)).toEqual([0, 5]);
    expect(leftOut).toEqual([{ line: 1, reason }]);
  });
});

describe("readSvgStrokes: shapes", () => {
  it("reads those of straight lines", () => {
    expect(strokes('<line x1="1" y1="2" x2="3" y2="4"/>')).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(strokes('<line x2="3"/>')).toEqual([
      [
        [0, 0],
        [3, 0],
      ],
    ]);
    expect(strokes('<polyline points="0,0 5,5 10 0"/>')).toEqual([
      [
        [0, 0],
        [5, 5],
        [10, 0],
      ],
    ]);
    expect(strokes('<polygon points="0,0 5,5 10 0"/>')).toEqual([
      [
        [0, 0],
        [5, 5],
        [10, 0],
        [0, 0],
      ],
    ]);
    expect(strokes('<rect x="1" y="2" width="3" height="4"/>')).toEqual([
      [
        [1, 2],
        [4, 2],
        [4, 6],
        [1, 6],
        [1, 2],
      ],
    ]);
  });

  it("reads circles, ellipses and round corners", () => {
    const far = ([x, y]: [number, number], centre: [number, number]): number =>
      Math.hypot(x - centre[0], y - centre[1]);
    const [circle] = strokes('<circle cx="50" cy="50" r="40"/>', "", 0.05) as [[number, number][]];
    for (const point of circle) expect(far(point, [50, 50])).toBeCloseTo(40, 1);
    expect([circle[0], circle.at(-1)]).toEqual([
      [90, 50],
      [90, 50],
    ]);
    const [ellipse] = strokes('<ellipse cx="0" cy="0" rx="40" ry="10"/>', "", 0.05) as [[number, number][]];
    for (const [x, y] of ellipse) expect((x / 40) ** 2 + (y / 10) ** 2).toBeCloseTo(1, 2);
    const [round] = strokes('<rect width="100" height="50" rx="10"/>', "", 0.05) as [[number, number][]];
    expect(round[0]).toEqual([10, 0]);
    expect(round.at(-1)).toEqual([10, 0]);
    const corner = round.filter(([x, y]) => x > 90.001 && y < 9.999);
    for (const point of corner) expect(far(point, [90, 10])).toBeCloseTo(10, 1);
    expect(corner.length).toBeGreaterThan(3);
  });

  it("reads lengths in other units, and leaves out what has none", () => {
    expect(strokes('<line x1="1in" x2="2.54cm" y2="10px"/>')).toEqual([
      [
        [96, 0],
        [96, 10],
      ],
    ]);
    const { leftOut } = readSvgStrokes(
      svg('<path d="M0 0L1 1"/>\n<circle r="50%"/><polyline points="0 0 a"/><polyline points="0 0 9 9 5"/>'),
    );
    expect(leftOut).toEqual([
      { line: 2, reason: '<circle>: r="50%" is no length in pixels or millimetres' },
      { line: 2, reason: '<polyline>: points="0 0 a" are no numbers' },
      { line: 2, reason: "<polyline>: points have a number left over" },
    ]);
  });

  it("draws nothing of shapes without a size", () => {
    const empty =
      '<rect width="0" height="5"/><circle r="0"/><ellipse rx="5"/><polyline points="1 1"/><path d=""/>';
    expect(strokes(`${empty}<line x2="1"/>`)).toEqual([
      [
        [0, 0],
        [1, 0],
      ],
    ]);
  });
});

describe("readSvgStrokes: places", () => {
  const line = '<line x1="1" y1="0" x2="2" y2="0"/>';

  it.each([
    [
      "translate(10,20)",
      [
        [11, 20],
        [12, 20],
      ],
    ],
    [
      "translate(10)",
      [
        [11, 0],
        [12, 0],
      ],
    ],
    [
      "scale(3)",
      [
        [3, 0],
        [6, 0],
      ],
    ],
    [
      "rotate(90)",
      [
        [0, 1],
        [0, 2],
      ],
    ],
    [
      "rotate(180 1 1)",
      [
        [1, 2],
        [0, 2],
      ],
    ],
    [
      "skewY(45)",
      [
        [1, 1],
        [2, 2],
      ],
    ],
    [
      "matrix(1 2 3 4 5 6)",
      [
        [6, 8],
        [7, 10],
      ],
    ],
    // The last is done first.
    [
      "translate(10,0) scale(2)",
      [
        [12, 0],
        [14, 0],
      ],
    ],
    [
      "scale(2), translate(10,0)",
      [
        [22, 0],
        [24, 0],
      ],
    ],
  ])("does %s", (transform, expected) => {
    expect(strokes(`<g transform="${transform}">${line}</g>`)).toEqual([expected]);
  });

  it("does transforms of groups from the outermost", () => {
    const inner = `<g transform="translate(100,0)"><g transform='scale(2)'>${line}</g>${line}</g>${line}`;
    expect(strokes(inner)).toEqual([
      [
        [102, 0],
        [104, 0],
      ],
      [
        [101, 0],
        [102, 0],
      ],
      [
        [1, 0],
        [2, 0],
      ],
    ]);
  });

  it("leaves a transform out that it cannot read", () => {
    const { leftOut } = readSvgStrokes(svg(`<g transform="spin(3)">${line}</g>`));
    expect(leftOut).toEqual([{ line: 1, reason: '<g>: transform="spin(3)" cannot be read' }]);
  });

  it("moves the view box to its place", () => {
    expect(strokes(line, 'viewBox="1 0 10 10"')).toEqual([
      [
        [0, 0],
        [1, 0],
      ],
    ]);
    expect(strokes(line, 'viewBox="0 0 10 10" width="100"')).toEqual([
      [
        [10, 0],
        [20, 0],
      ],
    ]);
    // In the middle of what is wider than the box.
    expect(strokes(line, 'viewBox="0 0 10 10" width="300" height="100"')).toEqual([
      [
        [110, 0],
        [120, 0],
      ],
    ]);
    const ways = 'viewBox="0 0 10 10" width="300" height="100" preserveAspectRatio';
    expect(strokes(line, `${ways}="xMinYMid"`)).toEqual([
      [
        [10, 0],
        [20, 0],
      ],
    ]);
    expect(strokes(line, `${ways}="none"`)).toEqual([
      [
        [30, 0],
        [60, 0],
      ],
    ]);
    expect(strokes(line, `${ways}="xMidYMin slice"`)).toEqual([
      [
        [30, 0],
        [60, 0],
      ],
    ]);
    expect(strokes(`<svg x="5" y="6" viewBox="0 0 1 1" width="2" height="2">${line}</svg>`)).toEqual([
      [
        [7, 6],
        [9, 6],
      ],
    ]);
  });
});

describe("readSvgStrokes: texts", () => {
  it("reads through comments, CDATA, document types, prefixes and entities", () => {
    const text = `\uFEFF<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "a" "b" [ <!ENTITY x "<path d='M0 0L9 9'/>"> ]>
<!-- <path d="M0 0L8 8"/> -->
<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:style><![CDATA[ a > b { } <path d="M0 0L7 7"/> ]]></svg:style>
<svg:path id='a>b' d='M1 1&#32;L2&#x20;2' data-note="5 &gt; 4"/></svg:svg>`;
    expect(readSvgStrokes(text).drawing.strokes).toEqual([{ x: [1, 2], y: [1, 2] }]);
  });

  it("does not draw what is only defined", () => {
    const parts = ["defs", "symbol", "clipPath", "mask", "pattern", "marker"];
    const inner = parts.map((name) => `<${name}><g><path d="M0 0L9 9"/></g></${name}>`).join("");
    expect(strokes(`${inner}<path d="M0 0L1 1"/>`)).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
    ]);
  });

  it("passes over what is damaged", () => {
    expect(strokes('<g><path d="M0 0L1 1"></g></b></g><line x2="5"/>')).toHaveLength(2);
    expect(readSvgStrokes('<svg><g><path d="M0 0L1 1"/>').drawing.strokes).toHaveLength(1);
    expect(readSvgStrokes("<svg><path d=M0,0L1,1 x></svg>").drawing.strokes).toHaveLength(1);
  });

  it("says what it left out, and where", () => {
    const { leftOut } = readSvgStrokes(
      svg('\n<path d="M0 0L1 1"/>\n<text>hi</text><image/>\n<use href="#a"/>'),
    );
    expect(leftOut).toEqual([
      { line: 3, reason: "<text>: text is drawn with a font: turn it into paths first" },
      { line: 3, reason: "<image>: pictures have no strokes" },
      { line: 4, reason: "<use>: copies of other elements are not followed: turn them into paths first" },
    ]);
    const far = readSvgStrokes(svg('<path d="M0 0L1 1"/><path d="M0 0L1e300 1"/>'));
    expect(far.leftOut[0]?.reason).toBe("<path>: it lies further away than 1000000000 pixels");
  });

  it.each([
    ["", "readSvgStrokes: expected an SVG, but there is no <svg> element."],
    ["<html><body/></html>", "there is no <svg> element"],
    ['<path d="M0 0L1 1"/>', "there is no <svg> element"],
    [
      "<svg/>",
      "readSvgStrokes: the SVG holds no lines. Lines are read from path, line, polyline, polygon, rect, circle and ellipse.",
    ],
    [
      "<svg>\n<text>a</text></svg>",
      "readSvgStrokes: the SVG holds no lines (line 2: <text>: text is drawn with a font: turn it into paths first).",
    ],
    [`<svg>${"<image/>".repeat(7)}</svg>`, ", and 2 more)."],
  ])("refuses %j", (text, message) => {
    expect(() => readSvgStrokes(text)).toThrow(message);
  });

  it("refuses what is no text, bad options, and more points than are of use", () => {
    expect(() => readSvgStrokes(new Uint8Array() as never)).toThrow("readSvgStrokes: svg must be a text");
    expect(() => readSvgStrokes("<svg/>", { tolerance: 0 })).toThrow("tolerance must be a number above 0");
    expect(() => readSvgStrokes("<svg/>", { tolerence: 1 } as never)).toThrow('Did you mean "tolerance"?');
    const curves = `<path d="M0 0${"c0 9e5 9e5 9e5 9e5 0".repeat(1100)}"/>`;
    expect(() => readSvgStrokes(svg(curves), { tolerance: 1e-30 })).toThrow(
      "readSvgStrokes: more than 1000000 points with tolerance 1e-30. A larger tolerance gives fewer.",
    );
  });

  it("takes long and deep texts", () => {
    expect(strokes(`${"<g>".repeat(50_000)}<line x2="1"/>`)).toHaveLength(1);
    expect(() => readSvgStrokes("<".repeat(100_000))).toThrow("no <svg> element");
    expect(strokes(`<polyline points="${"1 2 3 4 ".repeat(50_000)}"/>`)[0]).toHaveLength(100_000);
  });
});

describe("readSvgStrokes beside librsvg", () => {
  const inner = `<g transform="translate(20,10) scale(1.2 .8)">
<path d="M10 10c20-20 40 60 60,10s20 40 50 20q10-30 30 0t30-.5T250 20z m0 40 l20 5 -5 20 h30 v-10H10V20"/>
<g transform="rotate(15 100 100) skewX(10)"><path d="M80 120a40 20 30 1 0 50 25A25,25 0 0150 150a10 10 0 01.5.5"/>
<rect x="120" y="120" width="80" height="50" rx="12"/></g></g>
<circle cx="300" cy="60" r="40"/><ellipse cx="300" cy="200" rx="60" ry="25" transform="matrix(.9 .3 -.2 1.1 10 -30)"/>
<polyline points="10,300 40,250 70,300 100 250,130,300"/><polygon points="200 300 250 260 280 320"/>
<svg x="280" y="280" width="100" height="60" viewBox="0 0 10 10" preserveAspectRatio="xMaxYMin" stroke-width=".2">
<path d="M1 1L9 9M9 1L1 9"/><rect x="1" y="1" width="8" height="8"/></svg>
<svg x="180" y="330" width="80" height="30" viewBox="0 0 10 10" preserveAspectRatio="none" stroke-width=".3">
<circle cx="5" cy="5" r="4"/></svg>`;

  const [width, height] = [600, 450];
  const pen = 'fill="none" stroke="black" stroke-width="1.5"';

  const drawn = (text: string): Promise<Buffer> =>
    sharp(Buffer.from(text)).flatten({ background: "#fff" }).greyscale().raw().toBuffer();

  /** Dark pixels of one picture that have no grey one of the other within two pixels. */
  function alone(one: Buffer, other: Buffer): number {
    let count = 0;
    for (let y = 2; y < height - 2; y++) {
      for (let x = 2; x < width - 2; x++) {
        if ((one[y * width + x] as number) > 100) continue;
        const around = [-2, -1, 0, 1, 2].some((down) => {
          const from = (y + down) * width + x;
          return other.subarray(from - 2, from + 3).some((value) => value < 200);
        });
        if (!around) count++;
      }
    }
    return count;
  }

  it("sees the same lines at the same places", async () => {
    const whole = `width="${width}" height="${height}"`;
    const text = svg(inner, `${whole} viewBox="-10 -20 400 400" ${pen}`);
    const { drawing, leftOut } = readSvgStrokes(text);
    expect(leftOut).toEqual([]);
    const lines = drawing.strokes.map(({ x, y }: Stroke) => {
      return `<polyline points="${x.map((one, at) => `${one},${y[at]}`).join(" ")}"/>`;
    });
    const [theirs, ours] = [await drawn(text), await drawn(svg(lines.join(""), `${whole} ${pen}`))];
    expect(theirs.filter((value) => value < 100).length).toBeGreaterThan(3000);
    expect([alone(theirs, ours), alone(ours, theirs)]).toEqual([0, 0]);
  });
});
