import { having } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { drawable, drawLettering, letteringSize } from "../../../vision/lettering.js";
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

/** Letters of a class's name that are shown. */
const longestName = 18;

/**
 * A confusion matrix as a picture: a row for each class, a column for what its pictures were taken for, darker where it is more of
 * the row; green on the diagonal. Numbers of classes stand at the edges, their names beside the rows, numbers of pictures in cells with
 * room for them.
 *
 * @param assessment without `classes`, rows have numbers alone
 * @returns RGB from 0 to 255, float32 `[height, width, 3]`
 */
export function confusionPicture(
  assessment: Pick<Assessment, "matrix"> & Partial<Pick<Assessment, "classes">>,
): Tensor<"float32"> {
  const { matrix, classes: names = [] } = having<typeof assessment>(
    "an assessment, as assess gives it",
    "matrix",
  ).read("confusionPicture", "assessment", assessment);
  const classes = matrix.length;
  const cell = Math.max(leastCell, Math.min(largestCell, Math.floor(longest / classes)));
  const hasNumbers = cell >= 22;
  const labels = matrix.map((_, label) => rowLabel(label, names));
  const widest = Math.max(0, ...labels.map((text) => letteringSize(text, 2)[1]));
  const [tall] = letteringSize("0", 2);
  const [top, left] = hasNumbers ? [2 * margin + tall, 2 * margin + widest] : [margin, margin];
  const picture = Tensor.full([top + classes * cell + margin, left + classes * cell + margin, 3], 255);
  matrix.forEach((row, label) => {
    drawRow(picture, row, { label, top: top + label * cell, left, cell, hasNumbers });
    if (!hasNumbers) return;
    const text = labels[label] ?? "";
    const across = Math.floor((cell - letteringSize(String(label), 2)[1]) / 2);
    const beside = left - margin - letteringSize(text, 2)[1];
    drawLettering(picture, text, {
      top: top + label * cell + Math.floor((cell - tall) / 2),
      left: beside,
      scale: 2,
    });
    drawLettering(picture, String(label), { top: margin, left: left + label * cell + across, scale: 2 });
  });
  return picture;
}

/** A class's name and number, as they stand beside its row. */
function rowLabel(label: number, names: readonly string[]): string {
  const name = drawable(names[label] ?? "");
  if (name === "" || name === String(label)) return String(label);
  const short = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
  return `${short} ${label}`;
}

interface Row {
  readonly label: number;
  readonly top: number;
  readonly left: number;
  readonly cell: number;
  readonly hasNumbers: boolean;
}

function drawRow(
  picture: Tensor<"float32">,
  counts: readonly number[],
  { label, top, left: from, cell, hasNumbers }: Row,
): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  counts.forEach((count, taken) => {
    const share = total === 0 ? 0 : count / total;
    const left = from + taken * cell;
    fill(picture, { top, left, side: cell - (cell > 10 ? 1 : 0) }, colourOf(share, label === taken));
    if (hasNumbers && count > 0) writeNumber(picture, count, { top, left, cell, isLight: share > 0.5 });
  });
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
  const scale = letteringSize(text, 2)[1] <= cell - 4 ? 2 : 1;
  const [tall, wide] = letteringSize(text, scale);
  if (wide > cell - 2) return;
  const place = {
    top: top + Math.floor((cell - tall) / 2),
    left: left + Math.floor((cell - wide) / 2),
    scale,
  };
  drawLettering(picture, text, place, isLight ? 255 : 0);
}
