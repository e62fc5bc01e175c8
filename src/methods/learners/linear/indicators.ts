import type { CheckedData } from "../checkData.js";
import type { Link } from "../links.js";

/**
 * What a learner of squares fits: the numbers themselves, the indicator of the second of two classes, or those of all
 * classes, each [rows].
 */
export function indicators({ y, classes }: CheckedData): {
  readonly link: Link;
  readonly targets: readonly Float64Array[];
} {
  if (classes === undefined) return { link: "number", targets: [y] };
  if (classes === 2) return { link: "share", targets: [y] };
  const of = (k: number): Float64Array => y.map((one) => (one === k ? 1 : 0));
  return { link: "shares", targets: Array.from({ length: classes }, (_, k) => of(k)) };
}
