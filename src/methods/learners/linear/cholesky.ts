/**
 * Solves A x = b for a symmetric positive definite A.
 *
 * @param a [size, size] row-major; its lower triangle is written over with the factor
 * @param b [size], written over with x
 * @returns whether A was positive definite; if not, `b` is left half done
 */
export function solvePositive(a: Float64Array, b: Float64Array): boolean {
  const size = b.length;
  for (let j = 0; j < size; j++) {
    takeOff(a, size, j, j, 1);
    if (!(a[j * size + j]! > 0)) return false;
    const root = Math.sqrt(a[j * size + j]!);
    a[j * size + j] = root;
    let i = j + 1;
    for (; i + 4 <= size; i += 4) takeOffFour(a, size, i, j);
    takeOff(a, size, i, j, size - i);
    for (i = j + 1; i < size; i++) a[i * size + j] = a[i * size + j]! / root;
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) b[i] = b[i]! - a[i * size + k]! * b[k]!;
    b[i] = b[i]! / a[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) b[i] = b[i]! - a[k * size + i]! * b[k]!;
    b[i] = b[i]! / a[i * size + i]!;
  }
  return true;
}

/** Takes off the elements of column j, in `count` rows from i on, what the columns before it account for. */
function takeOff(a: Float64Array, size: number, i: number, j: number, count: number): void {
  for (let row = i * size; row < (i + count) * size; row += size) {
    let sum = a[row + j]!;
    for (let k = 0; k < j; k++) sum -= a[row + k]! * a[j * size + k]!;
    a[row + j] = sum;
  }
}

/** The same for four rows at once, whose sums do not wait for each other. */
function takeOffFour(a: Float64Array, size: number, i: number, j: number): void {
  const [first, second, third, fourth] = [i * size, (i + 1) * size, (i + 2) * size, (i + 3) * size];
  const own = j * size;
  let one = a[first + j]!;
  let two = a[second + j]!;
  let three = a[third + j]!;
  let four = a[fourth + j]!;
  for (let k = 0; k < j; k++) {
    const factor = a[own + k]!;
    one -= a[first + k]! * factor;
    two -= a[second + k]! * factor;
    three -= a[third + k]! * factor;
    four -= a[fourth + k]! * factor;
  }
  a[first + j] = one;
  a[second + j] = two;
  a[third + j] = three;
  a[fourth + j] = four;
}
