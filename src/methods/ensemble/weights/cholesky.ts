/** Solves with a positive definite matrix; `undefined` where it is none. */
export function cholesky(
  matrix: readonly (readonly number[])[],
): ((right: readonly number[]) => number[]) | undefined {
  const lower: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const line: number[] = [];
    for (let column = 0; column <= row; column++) {
      const other = column === row ? line : (lower[column] as number[]);
      let rest = values[column] as number;
      for (let k = 0; k < column; k++) rest -= (line[k] as number) * (other[k] as number);
      if (column < row) line.push(rest / (other[column] as number));
      else if (rest > 0) line.push(Math.sqrt(rest));
      else return undefined;
    }
    lower.push(line);
  }
  return (right) => solveTriangles(lower, right);
}

function solveTriangles(lower: readonly (readonly number[])[], right: readonly number[]): number[] {
  const forward: number[] = [];
  lower.forEach((line, row) => {
    let rest = right[row] as number;
    for (let k = 0; k < row; k++) rest -= (line[k] as number) * (forward[k] as number);
    forward.push(rest / (line[row] as number));
  });
  const solution = forward.slice();
  for (let row = lower.length - 1; row >= 0; row--) {
    for (let below = row + 1; below < lower.length; below++) {
      solution[row] =
        (solution[row] as number) - ((lower[below] as number[])[row] as number) * (solution[below] as number);
    }
    solution[row] = (solution[row] as number) / ((lower[row] as number[])[row] as number);
  }
  return solution;
}
