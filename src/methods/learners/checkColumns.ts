import { ImagoError } from "../../engine/errors.js";
import type { SavedFitted, SavedValue } from "./learner.js";
import { unpackNumbers } from "./savedNumbers.js";

const lengthOf = (value: SavedValue | undefined): number => (Array.isArray(value) ? value.length : 0);

/** From how many columns each kind says that it learnt, once its form has been checked. */
const learntFrom: Readonly<Record<string, (state: SavedFitted) => number>> = {
  constant: ({ columns }) => Number(columns),
  linear: ({ centres }) => lengthOf(centres),
  trees: ({ categories }) => lengthOf(categories),
  network: ({ means }) => lengthOf(means),
  neighbours: ({ means }) => unpackNumbers("kNearest: means", means, Float64Array).length,
};

/**
 * Checks that what was learnt, of a form that was checked, takes so many columns.
 *
 * @throws ImagoError saying how many it takes
 */
export function checkColumns(state: SavedFitted, columns: number): void {
  if (state.kind === "screened") {
    const kept = state.columns as readonly number[];
    const beyond = kept.find((column) => column >= columns);
    if (beyond !== undefined)
      throw new ImagoError(`it takes column ${beyond} of ${columns}, counted from 0.`);
    checkColumns(state.learnt as SavedFitted, kept.length);
    return;
  }
  const own = learntFrom[state.kind]?.(state) ?? columns;
  if (own !== columns) throw new ImagoError(`it learnt from ${own} columns, and was given ${columns}.`);
}
