/** Which pixels one of the smaller picture covers, and how much of each. */
interface Cover {
  readonly start: Int32Array;
  /** As many for each, the rest 0. */
  readonly weights: Float32Array;
  readonly count: number;
}

const covers = new Map<string, Cover>();

function coverOf(from: number, to: number): Cover {
  const key = `${from} ${to}`;
  const known = covers.get(key);
  if (known !== undefined) return known;
  const ratio = from / to;
  const count = Math.ceil(ratio) + 1;
  const cover = { start: new Int32Array(to), weights: new Float32Array(to * count), count };
  for (let index = 0; index < to; index++) {
    const [begin, end] = [index * ratio, (index + 1) * ratio];
    const first = Math.min(Math.floor(begin), from - count < 0 ? 0 : from - count);
    cover.start[index] = first;
    for (let at = 0; at < count; at++) {
      const pixel = first + at;
      const part = Math.min(end, pixel + 1) - Math.max(begin, pixel);
      cover.weights[index * count + at] = pixel < from ? Math.max(0, part) / ratio : 0;
    }
  }
  covers.set(key, cover);
  return cover;
}

/**
 * Makes a picture smaller: each pixel is the mean of the area that it covers.
 *
 * @param pixels RGB, uint8 `[height, width, 3]`
 * @returns RGB, uint8 `[rows, columns, 3]`
 */
export function reducePicture(
  pixels: Uint8Array,
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): Uint8Array {
  if (rows === height && columns === width) return pixels;
  const [down, across] = [coverOf(height, rows), coverOf(width, columns)];
  const narrow = new Float32Array(height * columns * 3);
  weigh(pixels, narrow, across, { lines: height, from: width, to: columns, step: 3, line: 3 });
  const out = new Float32Array(rows * columns * 3);
  weigh(narrow, out, down, { lines: columns, from: height, to: rows, step: columns * 3, line: 0 });
  return Uint8Array.from(out, Math.round);
}

interface Lines {
  readonly lines: number;
  readonly from: number;
  readonly to: number;
  /** From one pixel of a line to the next. */
  readonly step: number;
  /** 3 where lines follow each other; 0 where they stand beside each other. */
  readonly line: number;
}

function weigh(
  source: Uint8Array | Float32Array,
  out: Float32Array,
  cover: Cover,
  { lines, from, to, step, line }: Lines,
): void {
  const { start, weights, count } = cover;
  for (let one = 0; one < lines; one++) {
    const [base, target] = line === 0 ? [one * 3, one * 3] : [one * from * 3, one * to * 3];
    for (let index = 0; index < to; index++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let at = 0; at < count; at++) {
          const weight = weights[index * count + at] as number;
          if (weight > 0)
            sum += weight * (source[base + ((start[index] as number) + at) * step + channel] as number);
        }
        out[target + index * step + channel] = sum;
      }
    }
  }
}
