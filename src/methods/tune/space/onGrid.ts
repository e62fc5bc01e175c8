/** How far the digits of a number go behind its point: 2 of 0.25, 7 of 1e-7. */
function decimalsOf(value: number): number {
  const [digits = "", exponent = "0"] = String(value).split("e");
  return Math.max(0, (digits.split(".")[1] ?? "").length - Number(exponent));
}

/** The most that `toFixed` knows. */
const mostDecimals = 100;

/**
 * The nearest value of a grid from `low` in steps, with as many decimals as `low` and the step have: three steps of 0.1 are 0.3 and
 * not 0.30000000000000004, so that a point of the grid is the same number whoever gives it.
 */
export function onGrid(
  { low, high, step }: { readonly low: number; readonly high: number; readonly step: number },
  value: number,
): number {
  const raw = low + Math.round((value - low) / step) * step;
  const decimals = Math.max(decimalsOf(low), decimalsOf(step));
  const rounded = decimals > mostDecimals ? raw : Number(raw.toFixed(decimals));
  return Math.min(high, Math.max(low, rounded));
}
