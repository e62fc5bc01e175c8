import type { Matrix } from "../../../methods/learners/matrix.js";
import { columnSpans } from "../columnSpans.js";
import type { TableColumn } from "../table.js";
import { association, comparable } from "./association.js";

/** Columns that tell much of each other. */
export interface CorrelatedGroup {
  /** Their numbers, rising; two or more. */
  readonly columns: readonly number[];
  /** The weakest association that holds the group together, above the bound. */
  readonly association: number;
}

/**
 * Groups of columns that hang together by associations above a bound (see {@link association}), each column with one of its
 * group at least.
 *
 * @param x some rows of the columns
 * @param among numbers of the columns that are compared, none of texts and pictures
 */
export function correlatedGroups(
  columns: readonly TableColumn[],
  x: Matrix,
  among: readonly number[],
  bound = 0.8,
): CorrelatedGroup[] {
  const spans = columnSpans(columns);
  const ready = among.map((j) =>
    comparable(columns[j] as TableColumn, x.column(spans[j]?.columns[0] as number)),
  );
  const links: Link[] = [];
  for (let a = 0; a < ready.length; a++) {
    for (let b = 0; b < a; b++) {
      const strength = association(ready[a] as (typeof ready)[number], ready[b] as (typeof ready)[number]);
      if (strength > bound) links.push({ a, b, strength });
    }
  }
  return groupsOf(links, among);
}

interface Link {
  readonly a: number;
  readonly b: number;
  readonly strength: number;
}

/** The strongest links first, so that the last one that joins two parts is the weakest that is needed. */
function groupsOf(links: readonly Link[], among: readonly number[]): CorrelatedGroup[] {
  const group = among.map((_, place) => place);
  const weakest = among.map(() => 1);
  for (const { a, b, strength } of links.toSorted((one, other) => other.strength - one.strength)) {
    const [into, from] = [group[a] as number, group[b] as number];
    if (into === from) continue;
    weakest[into] = strength;
    group.forEach((own, place) => {
      if (own === from) group[place] = into;
    });
  }
  return [...new Set(group)]
    .map((own) => ({
      columns: among.filter((_, place) => group[place] === own).toSorted((a, b) => a - b),
      association: weakest[own] as number,
    }))
    .filter((found) => found.columns.length > 1)
    .toSorted((a, b) => (a.columns[0] as number) - (b.columns[0] as number));
}
