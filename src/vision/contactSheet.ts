import { ImagoError } from "../engine/errors.js";
import { type FieldsOf, number, optional, readOptions, refusal, unchecked } from "../engine/options.js";
import { formatType, Tensor } from "../engine/tensor/tensor.js";
import { drawable, drawLettering, letteringSize } from "./lettering.js";
import type { ImageSize } from "./pixels.js";

/** Columns for so many pictures, in a sheet about as wide as high. */
export const columnsFor = (count: number): number => Math.ceil(Math.sqrt(count));

export interface ContactSheetOptions {
  /** From 1. Default: as many as there are rows, or one more. */
  readonly columns?: number | undefined;
  /** Pixels between pictures and around them, 0 to 1024. Default: 2. */
  readonly gap?: number | undefined;
  /**
   * A number or a text above each picture, as large as goes into the pictures' width, within bounds that keep it legible; letters
   * that cannot be drawn become question marks, and the middle of long texts dots. Default: none.
   */
  readonly labels?: readonly (number | string)[] | undefined;
}

const fields = {
  columns: optional(number({ min: 1, integer: true })),
  gap: number({ default: 2, min: 0, max: 1024, integer: true }),
  // Checked together with the images.
  labels: optional(unchecked<readonly (number | string)[]>("an array of numbers and texts")),
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
  const labels = labelsFor(images, read.labels, { height, width });
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

/** Letters of the longest label: names may come from files, where nothing keeps them short. */
const longestLabel = 40;

function labelsFor(
  images: readonly unknown[],
  given: readonly (number | string)[] | undefined,
  { height, width }: ImageSize,
): Labels {
  if (given === undefined) return { texts: [], height: 0, width: 0, scale: 1 };
  checkLabels(images, given);
  const texts = given.map((label) => shortened(drawable(String(label))));
  const widthAt = (scale: number): number => Math.max(...texts.map((text) => letteringSize(text, scale)[1]));
  const least = Math.max(1, Math.round(height / 128));
  let scale = Math.max(1, Math.round(height / 64));
  while (scale > least && widthAt(scale) > width) scale--;
  return { texts, height: letteringSize("", scale)[0] + 2 * scale, width: widthAt(scale), scale };
}

function checkLabels(images: readonly unknown[], labels: readonly (number | string)[]): void {
  const expected = "an array of numbers and texts";
  if (!Array.isArray(labels)) throw refusal("contactSheet", "labels", expected, labels);
  const odd = labels.find(
    (label) => typeof label !== "string" && !(Number.isSafeInteger(label) && Number(label) >= 0),
  );
  if (odd !== undefined || labels.length !== images.length) {
    throw new ImagoError(
      `contactSheet: labels must be a whole number from 0 or a text for each of ${images.length} images, received ` +
        (odd ?? `${labels.length}`),
    );
  }
}

/** Both ends of a long name say something: the place in the network, and what is computed there. */
function shortened(text: string): string {
  if (text.length <= longestLabel) return text;
  const half = Math.floor((longestLabel - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}
