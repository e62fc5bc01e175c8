import { isFloat } from "../tensor/dtype.js";
import { sameShape } from "../tensor/shape.js";
import { type Tensor, toNumbers } from "../tensor/tensor.js";
import { none, type Rows, rowsOfShapes, type Sizes } from "./rows.js";

/** How a constant that stands in the same place of both graphs depends on the rows; `undefined` where nobody knows. */
export function rowsOfConstants(whole: Tensor, part: Tensor, sizes: Sizes): Rows | undefined {
  if (whole.dtype !== part.dtype) return undefined;
  const [a, b] = [whole, part].map((tensor) => Array.from(toNumbers(tensor))) as [number[], number[]];
  if (sameShape(whole.shape, part.shape)) {
    if (a.every((number, at) => Object.is(number, b[at]))) return none;
    return isFloat(whole.dtype) ? proportion(a, b, sizes) : { kind: "sizes" };
  }
  // Rows that are all alike, such as a first state of zeros.
  const [first] = a;
  const isUniform = [a, b].every((numbers) => numbers.every((number) => Object.is(number, first)));
  return isUniform ? rowsOfShapes(whole.shape, part.shape, sizes) : undefined;
}

function proportion(a: readonly number[], b: readonly number[], { whole, part }: Sizes): Rows | undefined {
  const isTimes = (factor: number): boolean =>
    a.every((number, at) => {
      const expected = (b[at] as number) * factor;
      return Number.isFinite(number) && Math.abs(number - expected) <= 1e-6 * Math.abs(expected);
    });
  if (isTimes(whole / part)) return { kind: "count" };
  return isTimes(part / whole) ? { kind: "share" } : undefined;
}
