import { solvePositive } from "./cholesky.js";
import type { Penalty } from "./penalty.js";

/** Above so many coordinates their equations cost more than the passes they save. */
const most = 200;
/** Part of a diagonal element that must be left once the coordinates before it are eliminated. */
const leastLeft = 1e-11;

/**
 * Minimises ½ bᵀHb − cᵀb plus the penalty over the free coordinates and those that are not 0. While no sign changes that
 * is a system of linear equations. Where one would, it goes as far as there, leaves that coordinate at 0 and solves for
 * the rest: the whole falls on every such stretch, and each has one coordinate fewer.
 *
 * Coordinate descent gets to the same place in as many passes as the columns are alike.
 *
 * @param matrix H, [size, size]
 * @param downhill c − Hb, written over
 * @param b where it starts and ends
 * @returns whether it got there; not with too many coordinates, nor where the equations have no one solution
 */
export function solveActive(
  matrix: Float64Array,
  downhill: Float64Array,
  penalty: Penalty,
  b: Float64Array,
): boolean {
  let active = activeOf(matrix, penalty, b);
  while (active.length > 0) {
    if (active.length > most) return false;
    const step = stepFor(matrix, downhill, penalty, b, active);
    if (step === undefined) return false;
    const { length, first } = untilSignChange(penalty, b, active, step);
    for (const [at, j] of active.entries()) {
      const change = j === first ? -b[j]! : length * step[at]!;
      b[j] = j === first ? 0 : b[j]! + change;
      const from = j * b.length;
      for (let k = 0; k < b.length; k++) downhill[k]! -= change * matrix[from + k]!;
    }
    if (first === undefined) return true;
    active = active.filter((j) => j !== first);
  }
  return true;
}

function activeOf(matrix: Float64Array, { free }: Penalty, b: Float64Array): Int32Array {
  const all = Int32Array.from(b.keys());
  return all.filter((j) => matrix[j * b.length + j]! > 0 && (b[j] !== 0 || free?.[j] === 1));
}

/** To the optimum of the active coordinates, were their signs kept; `undefined` where the equations are singular. */
function stepFor(
  matrix: Float64Array,
  downhill: Float64Array,
  { absolute, squared, free }: Penalty,
  b: Float64Array,
  active: Int32Array,
): Float64Array | undefined {
  const size = active.length;
  const equations = new Float64Array(size * size);
  const diagonal = new Float64Array(size);
  const step = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const own = active[i]!;
    for (let j = 0; j <= i; j++) equations[i * size + j] = matrix[own * b.length + active[j]!]!;
    step[i] = downhill[own]!;
    if (free?.[own] !== 1) {
      equations[i * size + i]! += squared;
      step[i]! -= absolute * Math.sign(b[own]!) + squared * b[own]!;
    }
    diagonal[i] = equations[i * size + i]!;
  }
  if (!solvePositive(equations, step)) return undefined;
  const sound = diagonal.every((one, i) => equations[i * size + i]! ** 2 > leastLeft * one);
  return sound ? step : undefined;
}

/** The part of the step that changes no sign, up to 1, and the coordinate that is 0 after it. */
function untilSignChange(
  { free }: Penalty,
  b: Float64Array,
  active: Int32Array,
  step: Float64Array,
): { length: number; first: number | undefined } {
  let length = 1;
  let first: number | undefined;
  for (const [at, j] of active.entries()) {
    if (free?.[j] === 1) continue;
    const until = -b[j]! / step[at]!;
    if (until > 0 && until <= length) [length, first] = [until, j];
  }
  return { length, first };
}
