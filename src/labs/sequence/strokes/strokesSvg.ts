import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, flag, list, number, optional, readOptions } from "../../../engine/options.js";
import { columnsFor } from "../../../vision/contactSheet.js";
import { type Drawing, drawingField, type Extent, extentOf, type Stroke } from "./drawing.js";

export interface StrokesSvgOptions {
  /** Drawings in a row, from 1. Default: as many as there are rows, or one more; 1 for writing wider than 3 times its height. */
  readonly columns?: number | undefined;
  /** Of the whole, in pixels, 16 to 16384. Default: 900. */
  readonly width?: number | undefined;
  /** Width of the pen's line in pixels, above 0 and up to 100. Default: 2. */
  readonly stroke?: number | undefined;
  /** Lines go round through the points instead of straight from one to the next. Default: true. */
  readonly smooth?: boolean | undefined;
}

const fields = {
  columns: optional(number({ min: 1, max: 10_000, integer: true })),
  width: number({ default: 900, min: 16, max: 16_384, integer: true }),
  stroke: number({ default: 2, above: 0, max: 100 }),
  smooth: flag(true),
} satisfies FieldsOf<StrokesSvgOptions>;

/** How much wider than high writing is that stands alone in its row. */
const wide = 3;

/**
 * Drawings side by side, in rows, black on white, all at one scale, each in the middle of its cell.
 *
 * @param drawings at least one
 * @returns an SVG; the word of a drawing is its title, which viewers show and no font is needed for
 * @throws ImagoError on no drawings or what are none, and on unknown options
 */
export function strokesSvg(drawings: readonly Drawing[], options: StrokesSvgOptions = {}): string {
  const all = list(drawingField, "an array of drawings").read("strokesSvg", "drawings", drawings);
  const { columns, width, stroke, smooth } = readOptions("strokesSvg", options, fields);
  if (all.length === 0) throw new ImagoError("strokesSvg: expected drawings, received none.");
  const extents = all.map(({ strokes }) => extentOf(strokes));
  const largest = { width: most(extents, "width"), height: most(extents, "height") };
  const isWide = largest.width > wide * largest.height;
  const across = Math.min(all.length, columns ?? (isWide ? 1 : columnsFor(all.length)));
  const cell = cellOf(width / across, stroke, largest);
  const height = round(Math.ceil(all.length / across) * cell.height);
  const parts = all.map(({ strokes, word }, index) => {
    const { left, top, width: wide, height: high } = extents[index] as Extent;
    const x = (index % across) * cell.width + (cell.width - wide * cell.scale) / 2 - left * cell.scale;
    const y =
      Math.floor(index / across) * cell.height + (cell.height - high * cell.scale) / 2 - top * cell.scale;
    const path = strokes.map((one) => pathOf(one, [x, y], cell.scale, smooth)).join("");
    const title = word === "" ? "" : `<title>${escaped(word)}</title>`;
    return `<path d="${path}">${title}</path>\n`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>\n` +
    `<g fill="none" stroke="#000000" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round">\n` +
    `${parts.join("")}</g>\n</svg>\n`
  );
}

function most(extents: readonly Extent[], side: "width" | "height"): number {
  return extents.reduce((largest, extent) => Math.max(largest, extent[side]), 0);
}

interface Cell {
  readonly width: number;
  readonly height: number;
  /** Pixels for one unit of the drawings. */
  readonly scale: number;
}

/** A cell as wide as there is place for, and as high as its drawings need. */
function cellOf(width: number, stroke: number, largest: Pick<Extent, "width" | "height">): Cell {
  const edge = stroke + 0.04 * width;
  const inner = Math.max(1, width - 2 * edge);
  // A dot has no size, and what is far higher than wide would make the sheet endless.
  const scale = Math.min(inner / (largest.width || 1), (2 * inner) / (largest.height || 1));
  return { width, height: largest.height * scale + 2 * edge, scale };
}

/**
 * A stroke as path data. Smooth lines are Catmull and Rom's (1974) in Bézier's form: the line at a point goes as from the point before
 * to the one behind.
 */
function pathOf(
  { x, y }: Stroke,
  [left, top]: readonly [number, number],
  scale: number,
  smooth: boolean,
): string {
  const points = x.map((value, at): readonly [number, number] => [
    left + value * scale,
    top + (y[at] as number) * scale,
  ]);
  const at = (place: number): readonly [number, number] =>
    points[Math.max(0, Math.min(points.length - 1, place))] as readonly [number, number];
  // A line of no length is drawn as a dot, because its ends are round.
  if (points.length === 1) return `M${pair(at(0))}h0`;
  const lines = points.slice(1).map((to, index) => {
    if (!smooth || points.length === 2) return `L${pair(to)}`;
    const from = at(index);
    const first = from.map((one, axis) => one + ((to[axis] as number) - (at(index - 1)[axis] as number)) / 6);
    const second = to.map(
      (one, axis) => one - ((at(index + 2)[axis] as number) - (from[axis] as number)) / 6,
    );
    return `C${pair(first)} ${pair(second)} ${pair(to)}`;
  });
  return `M${pair(at(0))}${lines.join("")}`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
const pair = ([x, y]: readonly number[]): string => `${round(x as number)} ${round(y as number)}`;

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    // Control characters that XML does not allow.
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, "\uFFFD");
