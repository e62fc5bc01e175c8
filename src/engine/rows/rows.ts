import type { Node } from "../graph/graph.js";
import { type Shape, sameShape } from "../tensor/shape.js";

/** Where the rows of a batch lie in a value: along `axis`, whose size is `outer` · rows · `inner`, row-major. */
export interface RowAxis {
  readonly kind: "axis";
  readonly axis: number;
  readonly outer: number;
  readonly inner: number;
}

/**
 * How a value depends on the rows of a batch.
 *
 * - `none`: not at all, or it is taken for the same in each part.
 * - `axis`: what stands at a row is computed from that row alone.
 * - `sum`, `mean`: of something that each row has by itself; the parts' ones give the whole's.
 * - `sizes`: whole numbers that say a shape, which the number of rows enters.
 * - `count`, `share`: a number that grows with the number of rows, or shrinks with it, in proportion.
 * - `mixed`: what stands at a row depends on other rows, or nobody knows; `at` is the node that makes it so.
 */
export type Rows =
  | { readonly kind: "none" | "sum" | "mean" | "sizes" | "count" | "share" }
  | RowAxis
  | { readonly kind: "mixed"; readonly at: string };

export const none: Rows = { kind: "none" };

/** The numbers of rows of the two graphs that are compared. */
export interface Sizes {
  readonly whole: number;
  readonly part: number;
}

/** One operator in both graphs, and how its inputs depend on the rows. */
export interface RowsCall {
  readonly node: Node;
  readonly twin: Node;
  /** `none` for an input that is left out. */
  readonly inputs: readonly Rows[];
  readonly sizes: Sizes;
  /** Walks over a body whose inputs depend on the rows as given; gives how its outputs do. */
  readonly body: (inputs: readonly Rows[]) => readonly Rows[];
}

/** How what an operator computes depends on the rows; `undefined`: they are mixed, or nobody knows. */
export type RowsRule = (call: RowsCall) => Rows | readonly Rows[] | undefined;

export function sameRows(a: Rows, b: Rows): boolean {
  if (a.kind !== "axis" || b.kind !== "axis") return a.kind === b.kind && a.kind !== "mixed";
  return a.axis === b.axis && a.outer === b.outer && a.inner === b.inner;
}

/** The rows of an input that is fed: its first axis where that differs, and none where the shapes are the same. */
export function rowsOfShapes(whole: Shape, part: Shape, sizes: Sizes): Rows | undefined {
  if (sameShape(whole, part)) return none;
  const axis = whole.findIndex((size, at) => size !== part[at]);
  const inner = (whole[axis] as number) / sizes.whole;
  const rows: Rows = { kind: "axis", axis, outer: 1, inner };
  return Number.isInteger(inner) && fits(rows, whole, part, sizes) ? rows : undefined;
}

/** Whether the shapes of a value in both graphs are what `rows` says. */
export function fits(rows: Rows, whole: Shape, part: Shape, sizes: Sizes): boolean {
  if (rows.kind !== "axis") return sameShape(whole, part);
  const { axis, outer, inner } = rows;
  return (
    whole.length === part.length &&
    whole.every((size, at) =>
      at === axis
        ? size === outer * inner * sizes.whole && part[at] === outer * inner * sizes.part
        : size === part[at],
    )
  );
}

/** The same rows along another axis. */
export function along(rows: RowAxis, axis: number): RowAxis {
  return { ...rows, axis };
}
