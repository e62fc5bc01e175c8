import { ImagoError } from "../engine/errors.js";
import { type FieldsOf, number, optional, readOptions, refusal, unchecked } from "../engine/options.js";
import { formatType, Tensor } from "../engine/tensor/tensor.js";
import { drawLettering, letteringSize } from "./lettering.js";

/** Columns for so many pictures, in a sheet about as wide as high. */
export const columnsFor = (count: number): number => Math.ceil(Math.sqrt(count));

export interface ContactSheetOptions {
  /** From 1. Default: as many as there are rows, or one more. */
  readonly columns?: number | undefined;
  /** Pixels between pictures and around them, 0 to 1024. Default: 2. */
  readonly gap?: number | undefined;
  /** A number above each picture. Default: none. */
  readonly labels?: readonly number[] | undefined;
}

const fields = {
  columns: optional(number({ min: 1, integer: true })),
  gap: number({ default: 2, min: 0, max: 1024, integer: true }),
  // Checked together with the images.
  labels: optional(unchecked<readonly number[]>("an array of numbers")),
} satisfies FieldsOf<ContactSheetOptions>;

/**
 * Pictures side by side, in rows, on white.
 *
 * @param images at least one, all `[height, width, 3]` of one size
 * @returns `[height, width, 3]`
 * @throws ImagoError on unknown options and values outside their range, and on images of several sizes
 */
export function contactSheet(
  images: readonly Tensor<"float32">[],
  options: ContactSheetOptions = {},
): Tensor<"float32"> {
  const read = readOptions("contactSheet", options, fields);
  const [height, width] = sizeOfAll(images);
  const { columns = columnsFor(images.length), gap } = read;
  const labels = labelsFor(images, read.labels, height);
  const cell = { height: height + gap + labels.height, width: Math.max(width, labels.width) + gap };
  const rows = Math.ceil(images.length / columns);
  const sheetWidth = columns * cell.width + gap;
  const sheet = Tensor.full([rows * cell.height + gap, sheetWidth, 3], 255);
  images.forEach((image, index) => {
    const top = gap + Math.floor(index / columns) * cell.height;
    const left = gap + (index % columns) * cell.width;
    drawLettering(sheet, labels.texts[index] ?? "", { top, left, scale: labels.scale });
    for (let row = 0; row < height; row++) {
      const line = image.data.subarray(row * width * 3, (row + 1) * width * 3);
      sheet.data.set(line, ((top + labels.height + row) * sheetWidth + left) * 3);
    }
  });
  return sheet;
}

/** @throws unless all are images of one size */
function sizeOfAll(images: readonly Tensor<"float32">[]): readonly [number, number] {
  const [first] = images;
  const odd = images.find((image) => formatType(image) !== formatType(first as Tensor));
  if (first === undefined || odd !== undefined || first.shape.length !== 3 || first.shape[2] !== 3) {
    const what = [first, odd].flatMap((image) => (image === undefined ? [] : [formatType(image)]));
    throw new ImagoError(
      `contactSheet: expected images [height, width, 3] of one size, received ${what.join(" and ") || "none"}`,
    );
  }
  return [first.sizeAt(0), first.sizeAt(1)];
}

interface Labels {
  readonly texts: readonly string[];
  /** What they add to a picture's height, a little space below them included. */
  readonly height: number;
  /** Of the widest. */
  readonly width: number;
  readonly scale: number;
}

function labelsFor(
  images: readonly unknown[],
  numbers: readonly number[] | undefined,
  height: number,
): Labels {
  const scale = Math.max(1, Math.round(height / 64));
  if (numbers === undefined) return { texts: [], height: 0, width: 0, scale };
  if (!Array.isArray(numbers)) throw refusal("contactSheet", "labels", "an array of numbers", numbers);
  const odd = numbers.find((number) => !Number.isSafeInteger(number) || number < 0);
  if (odd !== undefined || numbers.length !== images.length) {
    throw new ImagoError(
      `contactSheet: labels must be a whole number from 0 for each of ${images.length} images, received ` +
        (odd ?? `${numbers.length} numbers`),
    );
  }
  const texts = numbers.map(String);
  const sizes = texts.map((text) => letteringSize(text, scale));
  const [tall = 0] = sizes[0] ?? [];
  return { texts, height: tall + 2 * scale, width: Math.max(...sizes.map(([, wide]) => wide)), scale };
}
