/** Rows with and without a number that there must be at least. */
const fewestRows = 10;

/**
 * The area under the ROC curve with which what is missing in a column tells the target: for numbers how often a row with a missing
 * cell has the larger target than one without, for classes the same of belonging to a class, for the class that it tells best.
 *
 * @param values `[rows]`, NaN where missing
 * @param ranks of a numeric target, from 0
 * @returns from 0.5, which says nothing, to 1
 */
export function missingnessAuc(
  values: Float64Array,
  target: { readonly ranks: Float64Array } | Classes,
): number {
  let missing = 0;
  for (const value of values) if (Number.isNaN(value)) missing++;
  const present = values.length - missing;
  if (missing < fewestRows || present < fewestRows) return 0.5;
  if ("ranks" in target) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) sum += target.ranks[i]!;
    return eitherWay((sum - (missing * (missing - 1)) / 2) / (missing * present));
  }
  return ofClasses(values, target, missing);
}

interface Classes {
  readonly y: Float64Array;
  readonly classes: number;
}

function ofClasses(values: Float64Array, { y, classes }: Classes, missing: number): number {
  const all = new Float64Array(classes);
  const lacking = new Float64Array(classes);
  for (let i = 0; i < values.length; i++) {
    all[y[i]!]!++;
    if (Number.isNaN(values[i]!)) lacking[y[i]!]!++;
  }
  let best = 0.5;
  for (let k = 0; k < classes; k++) {
    const others = values.length - all[k]!;
    if (all[k]! < fewestRows || others < fewestRows) continue;
    const difference = lacking[k]! / all[k]! - (missing - lacking[k]!) / others;
    best = Math.max(best, eitherWay(0.5 + difference / 2));
  }
  return best;
}

const eitherWay = (auc: number): number => Math.max(auc, 1 - auc);
