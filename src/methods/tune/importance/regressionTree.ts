import type { Generator } from "../../../engine/random/generator.js";
import { bestSplit, type Split } from "./bestSplit.js";

/** A column of a table for regression: of numbers from 0 to 1, or of so many choices; NaN where it does not apply. */
export interface Column {
  readonly values: Float64Array;
  /** Of choices; `undefined` of numbers. */
  readonly count: number | undefined;
}

/** Rows that a leaf holds, by what each column may be. */
export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Of choices which are in it, as 0 and 1; of numbers `undefined`. */
  readonly choices: readonly (Uint8Array | undefined)[];
  /** Whether it holds rows to which a column does not apply, as 0 and 1. */
  readonly inactive: Uint8Array;
}

export interface Leaf {
  readonly box: Box;
  /** The mean of its rows. */
  readonly value: number;
}

const deepest = 64;

/**
 * A regression tree that is grown until its leaves are pure (Breiman, Friedman, Olshen and Stone 1984): each node is divided
 * where the squared error falls most, choices into two sets; of equal divisions it takes one of a column that is drawn. Rows to
 * which a column does not apply go to the side that they are more like.
 *
 * @param sample rows that it is grown from, which may repeat
 * @returns the leaves, whose boxes fill the space without an overlap
 */
export function growTree(
  columns: readonly Column[],
  targets: Float64Array,
  sample: Int32Array,
  random: Generator,
): Leaf[] {
  const leaves: Leaf[] = [];
  const grow = (rows: Int32Array, box: Box, depth: number): void => {
    const split = depth < deepest ? bestSplit(columns, targets, rows, box, random) : undefined;
    if (split === undefined) {
      leaves.push({ box, value: rows.reduce((sum, row) => sum + targets[row]!, 0) / rows.length });
      return;
    }
    const isLeft = (row: number): boolean => goesLeft(split, columns[split.column]!.values[row]!);
    const [left, right] = divided(box, split);
    grow(
      rows.filter((row) => isLeft(row)),
      left,
      depth + 1,
    );
    grow(
      rows.filter((row) => !isLeft(row)),
      right,
      depth + 1,
    );
  };
  grow(sample, wholeBox(columns), 0);
  return leaves;
}

function wholeBox(columns: readonly Column[]): Box {
  return {
    low: new Float64Array(columns.length),
    high: new Float64Array(columns.length).fill(1),
    choices: columns.map(({ count }) => (count === undefined ? undefined : new Uint8Array(count).fill(1))),
    inactive: new Uint8Array(columns.length).fill(1),
  };
}

function goesLeft({ cut, left, inactiveLeft }: Split, value: number): boolean {
  if (Number.isNaN(value)) return inactiveLeft;
  return left === undefined ? value < cut : left[value] === 1;
}

/** Both sides of a box. */
function divided(box: Box, { column, cut, left, inactiveLeft }: Split): readonly [Box, Box] {
  const sides = [true, false].map((isLeft): Box => {
    const [low, high, inactive] = [box.low.slice(), box.high.slice(), box.inactive.slice()];
    const choices = [...box.choices];
    if (left === undefined) (isLeft ? high : low)[column] = cut;
    else
      choices[column] = choices[column]!.map((own, choice) => own & Number((left[choice] === 1) === isLeft));
    if (inactiveLeft !== isLeft) inactive[column] = 0;
    return { low, high, choices, inactive };
  });
  return [sides[0]!, sides[1]!];
}
