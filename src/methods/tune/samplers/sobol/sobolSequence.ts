import type { Generator } from "../../../../engine/random/generator.js";
import { directions } from "./directions.js";

const bits = 32;

/** Dimensions that there are direction numbers for; beyond them a dimension is drawn. */
export const sobolDimensions = 512;

/** The numbers whose exclusive or gives a coordinate, from the highest bit: one for each bit of the index. */
function matrixOf(dimension: number): Uint32Array {
  const own = new Uint32Array(bits);
  if (dimension === 0) return own.map((_, k) => 2 ** (bits - 1 - k));
  const row = directions.trim().split(/\s/)[dimension - 1] as string;
  const [polynomial, ...first] = row.split(",").map(Number) as [number, ...number[]];
  const degree = first.length;
  first.forEach((m, k) => {
    own[k] = m * 2 ** (bits - 1 - k);
  });
  for (let k = degree; k < bits; k++) {
    let value = own[k - degree]! ^ (own[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) if ((polynomial >>> (degree - j)) & 1) value ^= own[k - j]!;
    own[k] = value >>> 0;
  }
  return own;
}

/** One dimension of the sequence, scrambled: the same shares of points fall into equal intervals. */
export class SobolDimension {
  readonly #columns: Uint32Array;
  readonly #shift: number;

  /**
   * @param dimension from 0
   * @param scramble draws a random linear scramble and a digital shift (Matoušek 1998). Default: none, the plain sequence
   */
  constructor(dimension: number, scramble?: Generator) {
    const plain = matrixOf(dimension);
    this.#columns = scramble === undefined ? plain : scrambled(plain, scramble.split("matrix"));
    this.#shift = scramble === undefined ? 0 : scramble.split("shift").uint32();
  }

  /** The coordinate of a point, from 0 to 1 exclusive. The order is that of Gray's code. */
  at(index: number): number {
    const gray = (index ^ (index >>> 1)) >>> 0;
    let value = this.#shift;
    for (let k = 0; k < bits; k++) if ((gray >>> k) & 1) value ^= this.#columns[k]!;
    return (value >>> 0) * 2 ** -bits;
  }
}

/** Each bit becomes itself and a drawn sum of those above it: a lower triangle of ones and zeros with ones on its diagonal. */
function scrambled(columns: Uint32Array, random: Generator): Uint32Array {
  const rows = Uint32Array.from({ length: bits }, (_, k) => {
    const diagonal = 2 ** (bits - 1 - k);
    // The bits above this one, which are the higher ones.
    const above = k === 0 ? 0 : (random.uint32() & ~(2 ** (bits - k) - 1)) >>> 0;
    return (above | diagonal) >>> 0;
  });
  return columns.map((column) => {
    let value = 0;
    for (let k = 0; k < bits; k++) if (parity(column & rows[k]!)) value |= 2 ** (bits - 1 - k);
    return value >>> 0;
  });
}

function parity(word: number): number {
  let left = word;
  for (const step of [16, 8, 4, 2, 1]) left ^= left >>> step;
  return left & 1;
}
