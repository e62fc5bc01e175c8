import { expect } from "vitest";
import { formatShape, sameShape } from "../tensor/shape.js";
import { type Tensor, type TensorLike, tensor, toNumbers } from "../tensor/tensor.js";

export interface Tolerance {
  /** Default: 1e-5. */
  readonly relative?: number;
  /** Default: 1e-7. */
  readonly absolute?: number;
}

/**
 * Asserts the same shape, NaN in the same places, equal infinities, and every other element within
 * `absolute + relative · |expected|`.
 */
export function expectClose(actual: Tensor, expected: TensorLike, tolerance: Tolerance = {}): void {
  const { relative = 1e-5, absolute = 1e-7 } = tolerance;
  const wanted = tensor(expected);
  if (!sameShape(actual.shape, wanted.shape)) {
    expect.fail(`expected shape ${formatShape(wanted.shape)}, received ${formatShape(actual.shape)}`);
  }
  const got = toNumbers(actual);
  const want = toNumbers(wanted);
  const wrong: string[] = [];
  for (let i = 0; i < want.length; i++) {
    const a = got[i] as number;
    const b = want[i] as number;
    const bound = absolute + relative * Math.abs(b);
    const close = Object.is(a, b) || a === b || (Number.isFinite(b) && Math.abs(a - b) <= bound);
    if (!close) wrong.push(`[${i}]: ${a}, expected ${b}`);
  }
  const shown = wrong.slice(0, 6).join("; ");
  expect(wrong.length, `${wrong.length} of ${want.length} elements differ: ${shown}`).toBe(0);
}
