/** x' = a x + c y + e, y' = b x + d y + f, as SVG writes matrices: [a, b, c, d, e, f]. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export type Point = readonly [x: number, y: number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

export const translation = (x: number, y: number): Matrix => [1, 0, 0, 1, x, y];
export const scaling = (x: number, y: number): Matrix => [x, 0, 0, y, 0, 0];

/** What does the second first, and then the first. */
export function times(first: Matrix, second: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = second;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

export const moved = ([a, b, c, d, e, f]: Matrix, [x, y]: Point): Point => [
  a * x + c * y + e,
  b * x + d * y + f,
];

/** A number as SVG writes it. */
export const numberPattern = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

function turning(degrees: number): Matrix {
  const [sine, cosine] = [Math.sin(radians(degrees)), Math.cos(radians(degrees))];
  return [cosine, sine, -sine, cosine, 0, 0];
}

/** A transform function, `undefined` for what is none: another name, or another count of numbers. */
function single(name: string, values: readonly number[]): Matrix | undefined {
  const [one = 0, two = 0, three = 0] = values;
  const count = values.length;
  if (name === "matrix" && count === 6)
    return [one, two, three, values[3] ?? 0, values[4] ?? 0, values[5] ?? 0];
  if (name === "translate" && (count === 1 || count === 2)) return translation(one, two);
  if (name === "scale" && (count === 1 || count === 2)) return scaling(one, count === 1 ? one : two);
  if (name === "skewX" && count === 1) return [1, 0, Math.tan(radians(one)), 1, 0, 0];
  if (name === "skewY" && count === 1) return [1, Math.tan(radians(one)), 0, 1, 0, 0];
  if (name === "rotate" && count === 1) return turning(one);
  if (name !== "rotate" || count !== 3) return undefined;
  return times(times(translation(two, three), turning(one)), translation(-two, -three));
}

const functionPattern = /([a-zA-Z]+)\s*\(([^)]*)\)/g;

/**
 * A `transform` attribute (SVG 1.1, section 7.6): functions one behind another, the last applied first.
 *
 * @returns `undefined` for what cannot be read, or has a number that is not finite
 */
export function readTransform(text: string): Matrix | undefined {
  const outside = text.replaceAll(functionPattern, "").replaceAll(/[\s,]/g, "");
  if (outside !== "") return undefined;
  let all = identity;
  for (const [, name = "", inner = ""] of text.matchAll(functionPattern)) {
    const values = readNumbers(inner);
    const matrix = values === undefined ? undefined : single(name, values);
    if (matrix === undefined || !matrix.every(Number.isFinite)) return undefined;
    all = times(all, matrix);
  }
  return all;
}

/** Numbers with blanks or commas between, or with nothing where a sign or a point tells them apart; `undefined` for others. */
export function readNumbers(text: string): number[] | undefined {
  const pattern = new RegExp(numberPattern, "g");
  const rest = text.replaceAll(pattern, " ").replaceAll(/[\s,]/g, "");
  if (rest !== "") return undefined;
  return Array.from(text.matchAll(pattern), ([one]) => Number(one));
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
};

/** A length in pixels; `undefined` for shares (%) and sizes of letters, which depend on more than the drawing. */
export function readLength(text: string): number | undefined {
  const parts = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([a-zA-Z]*)\s*$/.exec(text);
  const unit = parts === null ? undefined : units[(parts[2] as string).toLowerCase()];
  return parts === null || unit === undefined ? undefined : Number(parts[1]) * unit;
}
