import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
import { type Drawing, extentOf, farthest, type Stroke } from "./drawing.js";
import { identity, type Matrix, type Point, readTransform, times } from "./svg/matrix.js";
import { flattened, movedOutline, type Outline } from "./svg/outline.js";
import { scanTags, type Tag } from "./svg/scanTags.js";
import { readShape, shapeNames } from "./svg/shapes.js";
import { sizeOf, viewBoxMatrix } from "./svg/viewBox.js";

export interface ReadSvgStrokesOptions {
  /**
   * How far the straight lines that curves are made of may lie from them, in pixels of the SVG, above 0. Default: 1/500 of the longer
   * side of what is drawn.
   */
  readonly tolerance?: number | undefined;
}

const fields = { tolerance: optional(number({ above: 0 })) } satisfies FieldsOf<ReadSvgStrokesOptions>;

/** Part of an SVG that is not in the strokes. */
export interface LeftOut {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface SvgStrokesRead {
  readonly drawing: Drawing;
  /** What was left out, in the order of the text. */
  readonly leftOut: readonly LeftOut[];
}

/** The part of a drawing that is not finer than its whole, by default. */
const finest = 500;
/** Most points of one drawing. */
const mostPoints = 1_000_000;

/** What is in these is drawn only where it is used, or not at all. */
const hidden: ReadonlySet<string> = new Set(
  "defs symbol clipPath mask pattern marker filter linearGradient radialGradient style script metadata title desc".split(
    " ",
  ),
);

/** What draws, but no lines. */
const unread: Readonly<Record<string, string>> = {
  text: "text is drawn with a font: turn it into paths first",
  image: "pictures have no strokes",
  use: "copies of other elements are not followed: turn them into paths first",
  foreignObject: "what is not SVG cannot be read",
};

/**
 * The lines of an SVG as strokes, in the order of the text: path, line, polyline, polygon, rect, circle and ellipse, with the transforms
 * of their groups and the view box. Curves become straight lines. Filled shapes give their outlines; styles, widths of lines and colours
 * are not looked at; but a rectangle as large as the whole is taken for paper, and left out.
 *
 * @param svg the text of an SVG
 * @returns a drawing in pixels of the SVG, y downwards, and what was left out
 * @throws ImagoError on what is no SVG, and on one without lines, with the reasons
 */
export function readSvgStrokes(svg: string, options: ReadSvgStrokesOptions = {}): SvgStrokesRead {
  anyText.read("readSvgStrokes", "svg", svg);
  const { tolerance } = readOptions("readSvgStrokes", options, fields);
  const reader = new SvgReader();
  for (const tag of scanTags(svg)) reader.take(tag);
  const { outlines, leftOut } = reader;
  if (!reader.isSvg) throw new ImagoError("readSvgStrokes: expected an SVG, but there is no <svg> element.");
  const largest = largestSide(outlines);
  const strokes = strokesOf(outlines, tolerance ?? Math.max(largest / finest, Number.MIN_VALUE));
  if (strokes.length === 0) throw withoutLines(leftOut);
  return { drawing: { strokes, word: "", facts: {} }, leftOut };
}

function withoutLines(leftOut: readonly LeftOut[]): ImagoError {
  const why = leftOut.slice(0, 5).map(({ line, reason }) => `line ${line}: ${reason}`);
  const more = leftOut.length > 5 ? `, and ${leftOut.length - 5} more` : "";
  const what = why.length === 0 ? "" : ` (${why.join("; ")}${more})`;
  return new ImagoError(`readSvgStrokes: the SVG holds no lines${what}.`, {
    help: "Lines are read from path, line, polyline, polygon, rect, circle and ellipse.",
  });
}

/** The longer side of what holds all points and control points. */
function largestSide(outlines: readonly Outline[]): number {
  if (outlines.length === 0) return 0;
  const all = outlines.map(({ start, segments }): Stroke => {
    const points = [start, ...segments.flat()];
    return { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
  });
  const { width, height } = extentOf(all);
  return Math.max(width, height);
}

function strokesOf(outlines: readonly Outline[], tolerance: number): Stroke[] {
  let count = 0;
  return outlines.map((outline) => {
    const points = flattened(outline, tolerance);
    // Points that come twice say nothing; of a line without length a dot is left.
    const apart = points.filter(([x, y], at) => {
      const before = points[at - 1];
      return before === undefined || before[0] !== x || before[1] !== y;
    });
    count += apart.length;
    if (count > mostPoints) {
      throw new ImagoError(`readSvgStrokes: more than ${mostPoints} points with tolerance ${tolerance}.`, {
        help: "A larger tolerance gives fewer.",
      });
    }
    return { x: apart.map(([x]) => x), y: apart.map(([, y]) => y) };
  });
}

/** Reads tags one after another. */
class SvgReader {
  readonly outlines: Outline[] = [];
  readonly leftOut: LeftOut[] = [];
  /** Open elements, with what they do to what is in them; hidden ones have no matrix. */
  readonly #open: { readonly name: string; readonly matrix: Matrix | undefined }[] = [];

  isSvg = false;
  /** Of the whole, in pixels. */
  #size: readonly [number, number] | undefined;

  take(tag: Tag): void {
    if (tag.is === "close") this.#close(tag.name);
    else this.#begin(tag);
  }

  /** Elements that were never closed end with the one around them. */
  #close(name: string): void {
    const place = this.#open.findLastIndex((one) => one.name === name);
    if (place >= 0) this.#open.length = place;
  }

  #begin(tag: Tag): void {
    const { name, attributes, line } = tag;
    const isRoot = name === "svg" && !this.isSvg;
    if (name === "svg") this.isSvg = true;
    if (isRoot) this.#size = sizeOf(attributes);
    const around = this.#open.length === 0 ? identity : this.#open.at(-1)?.matrix;
    const isHidden = around === undefined || !this.isSvg || hidden.has(name);
    const matrix = isHidden ? undefined : this.#matrixOf(tag, around, isRoot);
    if (tag.is === "open") this.#open.push({ name, matrix });
    if (matrix === undefined) return;
    const reason = Object.hasOwn(unread, name) ? unread[name] : undefined;
    if (reason !== undefined) this.leftOut.push({ line, reason: `<${name}>: ${reason}` });
    if (!shapeNames.has(name)) return;
    const { outlines, problem } = readShape({ name, attributes, line, is: tag.is });
    if (problem !== undefined) this.leftOut.push({ line, reason: `<${name}>: ${problem}` });
    for (const outline of outlines) this.#add(movedOutline(outline, matrix), name, line);
  }

  #add(outline: Outline, name: string, line: number): void {
    const points = [outline.start, ...outline.segments.flat()];
    const isNear = points.every(([x, y]) => Math.abs(x) <= farthest && Math.abs(y) <= farthest);
    const isPaper = name === "rect" && this.#isWhole(points);
    const reason = !isNear
      ? `it lies further away than ${farthest} pixels`
      : isPaper
        ? "it is as large as the whole, and taken for paper"
        : undefined;
    if (reason === undefined) this.outlines.push(outline);
    else this.leftOut.push({ line, reason: `<${name}>: ${reason}` });
  }

  /** Whether points reach as far as the whole does. */
  #isWhole(points: readonly Point[]): boolean {
    if (this.#size === undefined) return false;
    const [width, height] = this.#size;
    const slack = 0.001 * Math.max(width, height);
    const { left, top, ...own } = extentOf([{ x: points.map(([x]) => x), y: points.map(([, y]) => y) }]);
    const isThere = left <= slack && top <= slack;
    return isThere && left + own.width >= width - slack && top + own.height >= height - slack;
  }

  #matrixOf({ name, attributes, line }: Tag, around: Matrix, isRoot: boolean): Matrix {
    const text = attributes.get("transform");
    const own = text === undefined ? identity : readTransform(text);
    if (own === undefined) {
      this.leftOut.push({ line, reason: `<${name}>: transform="${text?.slice(0, 40)}" cannot be read` });
    }
    const inner = times(around, own ?? identity);
    return name === "svg" ? times(inner, viewBoxMatrix(attributes, isRoot)) : inner;
  }
}
