import type { Generator } from "../../../engine/random/generator.js";
import type { Box, Column } from "./regressionTree.js";

/** How a node is divided. */
export interface Split {
  readonly column: number;
  /** Numbers below it go left. */
  readonly cut: number;
  /** Choices that go left, as 0 and 1; `undefined` where numbers are divided. */
  readonly left: Uint8Array | undefined;
  /** Whether rows to which the column does not apply go left. */
  readonly inactiveLeft: boolean;
}

/** Rows with one value, or one choice. */
interface Group {
  readonly value: number;
  count: number;
  sum: number;
}

interface Found {
  readonly gain: number;
  /** How many groups go left. */
  readonly groups: number;
  readonly inactiveLeft: boolean;
}

/** The division of some rows by which the squared error falls most; `undefined` where none makes it fall. */
export function bestSplit(
  columns: readonly Column[],
  targets: Float64Array,
  rows: Int32Array,
  box: Box,
  random: Generator,
): Split | undefined {
  const first = targets[rows[0]!]!;
  if (rows.every((row) => targets[row] === first)) return undefined;
  let best: { readonly split: Split; readonly gain: number } | undefined;
  for (const column of random.permutation(columns.length)) {
    const { groups, inactive } = groupsOf(columns[column]!, targets, rows);
    const found = bestPrefix(groups, inactive);
    if (found === undefined || (best !== undefined && found.gain <= best.gain * (1 + 1e-12))) continue;
    best = { split: splitOf(column, columns[column]!, groups, found, box), gain: found.gain };
  }
  return best?.split;
}

/**
 * The rows by value, rising; choices rise by the mean of their targets, so that a best set of them is the first few (Fisher
 * 1958).
 */
function groupsOf(
  { values, count }: Column,
  targets: Float64Array,
  rows: Int32Array,
): { readonly groups: Group[]; readonly inactive: Group } {
  const inactive: Group = { value: Number.NaN, count: 0, sum: 0 };
  const groups = new Map<number, Group>();
  for (const row of rows) {
    const value = values[row]!;
    let group = Number.isNaN(value) ? inactive : groups.get(value);
    if (group === undefined) {
      group = { value, count: 0, sum: 0 };
      groups.set(value, group);
    }
    group.count++;
    group.sum += targets[row]!;
  }
  const order = [...groups.values()].sort((a, b) =>
    count === undefined ? a.value - b.value : a.sum / a.count - b.sum / b.count || a.value - b.value,
  );
  return { groups: order, inactive };
}

function bestPrefix(groups: readonly Group[], inactive: Group): Found | undefined {
  const count = groups.reduce((sum, own) => sum + own.count, inactive.count);
  const total = groups.reduce((sum, own) => sum + own.sum, inactive.sum);
  const before = (total * total) / count;
  let best: Found | undefined;
  let [leftCount, leftSum] = [0, 0];
  for (let k = 0; k < groups.length - 1; k++) {
    leftCount += groups[k]!.count;
    leftSum += groups[k]!.sum;
    for (const inactiveLeft of inactive.count > 0 ? [true, false] : [true]) {
      const n = leftCount + (inactiveLeft ? inactive.count : 0);
      const sum = leftSum + (inactiveLeft ? inactive.sum : 0);
      const gain = (sum * sum) / n + (total - sum) ** 2 / (count - n) - before;
      if (gain > 0 && (best === undefined || gain > best.gain)) best = { gain, groups: k + 1, inactiveLeft };
    }
  }
  return best;
}

function splitOf(
  column: number,
  { count }: Column,
  groups: readonly Group[],
  { groups: lefts, inactiveLeft }: Found,
  box: Box,
): Split {
  if (count === undefined) {
    const cut = (groups[lefts - 1]!.value + groups[lefts]!.value) / 2;
    return { column, cut, left: undefined, inactiveLeft };
  }
  // Choices that no row has go with the larger half.
  const rows = (from: number, to: number): number =>
    groups.slice(from, to).reduce((sum, own) => sum + own.count, 0);
  const isLarger = rows(0, lefts) >= rows(lefts, groups.length);
  const left = new Uint8Array(count).fill(isLarger ? 1 : 0);
  groups.forEach(({ value }, k) => {
    left[value] = k < lefts ? 1 : 0;
  });
  return {
    column,
    cut: Number.NaN,
    left: left.map((own, choice) => own & box.choices[column]![choice]!),
    inactiveLeft,
  };
}
