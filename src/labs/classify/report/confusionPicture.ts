import { having } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { digitsSize, drawDigits } from "../../../vision/digits.js";
import type { Assessment } from "./assessment.js";

/** Pixels of a cell's side with few classes, and at least. */
const largestCell = 44;
const leastCell = 4;
/** Pixels that the cells of a picture may take along a side. */
const longest = 1600;
const margin = 8;

/** What shares of 0 and of 1 look like; in between by straight lines. */
const [none, all] = [
  [247, 249, 252],
  [22, 82, 152],
] as const;
/** Of what is right. */
const right = [24, 128, 72] as const;

/**
 * A confusion matrix as a picture: a row for each class, a column for what its pictures were taken for, darker where it is more of
 * the row; green on the diagonal. Numbers of classes stand at the edges, numbers of pictures in cells with room for them.
 *
 * @returns RGB from 0 to 255, float32 `[height, width, 3]`
 */
export function confusionPicture(assessment: Pick<Assessment, "matrix">): Tensor<"float32"> {
  const { matrix } = having<Pick<Assessment, "matrix">>("an assessment, as assess gives it", "matrix").read(
    "confusionPicture",
    "assessment",
    assessment,
  );
  const classes = matrix.length;
  const cell = Math.max(leastCell, Math.min(largestCell, Math.floor(longest / classes)));
  const hasNumbers = cell >= 22;
  const edge = hasNumbers ? margin + digitsSize(String(classes - 1), 2)[1] + margin : margin;
  const side = edge + classes * cell + margin;
  const picture = Tensor.full([side, side, 3], 255);
  matrix.forEach((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    row.forEach((count, taken) => {
      const share = total === 0 ? 0 : count / total;
      const [top, left] = [edge + label * cell, edge + taken * cell];
      fill(picture, { top, left, side: cell - (cell > 10 ? 1 : 0) }, colourOf(share, label === taken));
      if (hasNumbers && count > 0) writeNumber(picture, count, { top, left, cell, isLight: share > 0.5 });
    });
    if (!hasNumbers) return;
    const [tall, wide] = digitsSize(String(label), 2);
    const middle = edge + label * cell + Math.floor((cell - tall) / 2);
    drawDigits(picture, String(label), { top: middle, left: edge - margin - wide, scale: 2 });
    const above = {
      top: edge - margin - tall,
      left: edge + label * cell + Math.floor((cell - wide) / 2),
      scale: 2,
    };
    drawDigits(picture, String(label), above);
  });
  return picture;
}

function colourOf(share: number, isRight: boolean): readonly number[] {
  // A single mistake among many must still be seen.
  const shown = share === 0 ? 0 : 0.12 + 0.88 * share;
  const to = isRight ? right : all;
  return none.map((from, channel) => from + ((to[channel] as number) - from) * shown);
}

interface Place {
  readonly top: number;
  readonly left: number;
  readonly side: number;
}

function fill(picture: Tensor<"float32">, { top, left, side }: Place, colour: readonly number[]): void {
  const width = picture.sizeAt(1);
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) picture.data.set(colour, (y * width + x) * 3);
  }
}

function writeNumber(
  picture: Tensor<"float32">,
  count: number,
  {
    top,
    left,
    cell,
    isLight,
  }: { readonly top: number; readonly left: number; readonly cell: number; readonly isLight: boolean },
): void {
  const text = String(count);
  const scale = digitsSize(text, 2)[1] <= cell - 4 ? 2 : 1;
  const [tall, wide] = digitsSize(text, scale);
  if (wide > cell - 2) return;
  const place = {
    top: top + Math.floor((cell - tall) / 2),
    left: left + Math.floor((cell - wide) / 2),
    scale,
  };
  drawDigits(picture, text, place, isLight ? 255 : 0);
}
