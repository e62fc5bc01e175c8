import { ImagoError } from "../../engine/errors.js";
import { formatType, Tensor } from "../../engine/tensor/tensor.js";

/** Columns for so many pictures, in a sheet about as wide as high. */
export const columnsFor = (count: number): number => Math.ceil(Math.sqrt(count));

/**
 * Pictures side by side, in rows, on white.
 *
 * @param images at least one, all `[height, width, 3]` of one size
 * @param columns Default: as many as there are rows, or one more.
 * @param gap Pixels between pictures and around them. Default: 2.
 * @returns `[height, width, 3]`
 */
export function contactSheet(
  images: readonly Tensor<"float32">[],
  columns: number = columnsFor(images.length),
  gap = 2,
): Tensor<"float32"> {
  const [first] = images;
  const odd = images.find((image) => formatType(image) !== formatType(first as Tensor));
  if (first === undefined || odd !== undefined || first.shape.length !== 3 || first.shape[2] !== 3) {
    const what = [first, odd].flatMap((image) => (image === undefined ? [] : [formatType(image)]));
    throw new ImagoError(
      `contactSheet: expected images [height, width, 3] of one size, received ${what.join(" and ") || "none"}`,
    );
  }
  const [height, width] = first.shape as readonly [number, number, number];
  const rows = Math.ceil(images.length / columns);
  const sheetWidth = columns * (width + gap) + gap;
  const sheet = Tensor.full([rows * (height + gap) + gap, sheetWidth, 3], 255);
  images.forEach((image, index) => {
    const top = gap + Math.floor(index / columns) * (height + gap);
    const left = gap + (index % columns) * (width + gap);
    for (let row = 0; row < height; row++) {
      const line = image.data.subarray(row * width * 3, (row + 1) * width * 3);
      sheet.data.set(line, ((top + row) * sheetWidth + left) * 3);
    }
  });
  return sheet;
}
