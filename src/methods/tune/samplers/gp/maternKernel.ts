const root5 = Math.sqrt(5);

/** Matérn's kernel with ν = 5/2 of a squared distance, (1 + √5 r + 5/3 r²) exp(−√5 r): 1 at 0. */
export function maternKernel(squared: number): number {
  const r = root5 * Math.sqrt(squared);
  return (1 + r + (5 / 3) * squared) * Math.exp(-r);
}

/** Its derivative by the squared distance, −5/6 (1 + √5 r) exp(−√5 r): finite at 0, where that by r divides by it. */
export function maternSlope(squared: number): number {
  const r = root5 * Math.sqrt(squared);
  return (-5 / 6) * (1 + r) * Math.exp(-r);
}
