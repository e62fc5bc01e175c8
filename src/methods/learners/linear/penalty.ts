/** λ(α‖b‖₁ + (1 − α) / 2 ‖b‖²), without intercepts. */
export interface Penalty {
  readonly absolute: number;
  readonly squared: number;
  /** 1 for coordinates without a penalty, the intercepts, else 0. Default: there is none. */
  readonly free?: Uint8Array | undefined;
}

/** Its value. */
export function penaltyOf(b: Float64Array, { absolute, squared, free }: Penalty): number {
  let sum = 0;
  for (let j = 0; j < b.length; j++) {
    if (free?.[j] !== 1) sum += absolute * Math.abs(b[j]!) + (squared / 2) * b[j]! * b[j]!;
  }
  return sum;
}
