/** The class with the largest share, of equal ones the first. */
export function mostProbable(shares: Float64Array): number {
  return shares.reduce((best, share, at) => (share > (shares[best] as number) ? at : best), 0);
}
