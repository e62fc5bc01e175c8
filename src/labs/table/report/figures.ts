const minus = (text: string): string => text.replace("-", "−");
/** NaN is null where a report was saved. */
type Figure = number | null | undefined;

const isKnown = (value: Figure): value is number => typeof value === "number" && !Number.isNaN(value);

/** A number with so many digits that count, without needless zeros; a dash where there is none. */
export function figure(value: Figure, digits = 3): string {
  if (!isKnown(value)) return "–";
  const size = Math.abs(value);
  if (size >= 10 ** digits && size < 1e7) return minus(String(Math.round(value)));
  const rounded = Number(value.toPrecision(digits));
  return minus(size !== 0 && (size < 1e-4 || size >= 1e7) ? rounded.toExponential() : String(rounded));
}

/** Lines do not end at a sign between figures. */
export const gap = "\u00a0";

/** A number and its error, both to the error's second digit: `8.43 ± 0.61`. */
export function plusMinus(value: Figure, error: Figure, scale = 1): string {
  if (!isKnown(value)) return "–";
  const own = scale * value;
  if (!isKnown(error)) return `${figure(own)}${gap}±${gap}–`;
  const off = scale * error;
  const decimals = off > 0 ? 1 - Math.floor(Math.log10(off)) : undefined;
  const isPlain = decimals !== undefined && decimals <= 6 && Math.max(Math.abs(own), off) < 1e7;
  const text = (one: number): string => minus(isPlain ? rounded(one, decimals) : figure(one));
  return `${text(own)}${gap}±${gap}${text(off)}`;
}

/** To so many decimals; to tens, hundreds and so on where they are below 0. */
function rounded(value: number, decimals: number): string {
  if (decimals >= 0) return value.toFixed(decimals);
  return String(Math.round(value / 10 ** -decimals) * 10 ** -decimals);
}

/** `87.3 %`; with an error `87.3 ± 1.1 %`. */
export function percent(share: Figure, error?: Figure): string {
  if (!isKnown(share)) return "–";
  if (error !== undefined) return `${plusMinus(share, error, 100)}${gap}%`;
  const text = (100 * share).toFixed(share > 0.1 && share < 0.9 ? 0 : 1);
  return `${minus(text.replace(/\.0$/, ""))}${gap}%`;
}

/** `1 row`, `506 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A whole number with a narrow gap between thousands. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** `0.42 s`, `12 s`, `3 min 5 s`, `1 h 2 min`. */
export function duration(seconds: Figure): string {
  if (!isKnown(seconds)) return "–";
  if (seconds < 0.1) return "< 0.1 s";
  if (seconds < 10) return `${figure(seconds, 2)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
