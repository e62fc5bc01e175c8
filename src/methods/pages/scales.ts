/** Where values lie on an axis: from 0 to 1. What has no value lies below, at `none`. */
export interface Scale {
  /** Beginning of the axis: 0, or below where there are things without a value. */
  readonly low: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** `undefined` for what has no place. */
  at(value: unknown): number | undefined;
}

/** The place of what has no value. */
export const none = -0.12;

/** With a place for what has no value, called by a text. */
export function withNone(scale: Scale, text: string): Scale {
  return {
    low: -0.18,
    ticks: [{ at: none, text }, ...scale.ticks],
    at: (value) => scale.at(value) ?? none,
  };
}

/** Of names, each with as much room; what is none of them has no place. */
export function categoryScale(names: readonly string[], textOf: (value: unknown) => string = String): Scale {
  const at = (place: number): number => (place + 0.5) / names.length;
  // Of many names only some have room.
  const every = Math.ceil(names.length / 12);
  return {
    low: 0,
    ticks: names
      .map((name, place) => ({ at: at(place), text: shortened(name, 16) }))
      .filter((_, place) => place % every === 0),
    at: (value) => {
      const place = value === undefined ? -1 : names.indexOf(textOf(value));
      return place < 0 ? undefined : at(place);
    },
  };
}

/** Without its middle, as what stands at the end often makes the difference. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor(length / 3);
  return `${text.slice(0, length - 1 - end)}…${text.slice(-end)}`;
}

/**
 * Values beyond the ends lie at the ends.
 *
 * @param steps of round numbers between its ticks, at most. Default: 4.
 */
export function numberScale(low: number, high: number, log: boolean, steps = 4): Scale {
  const isLog = log && low > 0;
  const to = isLog ? Math.log : (value: number): number => value;
  const width = to(high) - to(low);
  const at = (value: number): number =>
    width > 0 ? Math.min(1, Math.max(0, (to(value) - to(low)) / width)) : 0.5;
  const ticks = width > 0 ? (isLog ? logTicks(low, high) : linearTicks(low, high, steps)) : [low];
  return {
    low: 0,
    ticks: ticks.filter(Number.isFinite).map((value) => ({ at: at(value), text: tickText(value) })),
    at: (value) => (typeof value === "number" && !Number.isNaN(value) ? at(value) : undefined),
  };
}

/**
 * Of what was found: by ratios where it is above 0 and spans so much, else without the few that would press all others into
 * one line, which then lie at the end.
 */
export function valueScale(values: readonly number[], logFrom = 100): Scale {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [low = 0, high = 1] = [sorted[0], sorted.at(-1)];
  // So that points at the ends do not stand on the frame.
  const rim = 0.03;
  if (low > 0 && high / low >= logFrom) {
    const ratio = (high / low) ** rim;
    return numberScale(low / ratio, high * ratio, true);
  }
  const quantile = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const spread = quantile(0.9) - quantile(0.1);
  const reach = spread > 0 && sorted.length >= 10 ? 3 * spread : Number.POSITIVE_INFINITY;
  const from = Math.max(low, quantile(0.1) - reach);
  const to = Math.min(high, quantile(0.9) + reach);
  return numberScale(from - (to - from) * rim, to + (to - from) * rim, false);
}

function linearTicks(low: number, high: number, steps: number): number[] {
  const rough = (high - low) / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, Math.min(20, count)) }, (_, place) => (first + place) * step);
}

function logTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / 6));
  const factors = last - first <= 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = first; power <= last; power += every) {
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  }
  return ticks.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
}

function tickText(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  return size !== 0 && (size >= 1e5 || size < 1e-3) ? rounded.toExponential() : String(rounded);
}

export const least = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
export const most = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
