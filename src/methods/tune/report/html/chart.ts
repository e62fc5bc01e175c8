import type { Scale } from "../../../pages/scales.js";
import type { TrialState } from "../../study/record.js";

/** What ECharts is given, as plain JSON: what functions do stands in the page's own script. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** A picture of the report. */
export interface Chart {
  readonly title: string;
  /** What is to be known to read it. */
  readonly note?: string | undefined;
  /** Pixels. */
  readonly height: number;
  /** Pixels that it needs; on a narrower page it is scrolled. Default: any. */
  readonly width?: number | undefined;
  readonly option: { readonly [name: string]: Json | undefined };
}

/** Readable on light and on dark ground. */
export const stateColours: Readonly<Record<TrialState, string>> = {
  complete: "#2f7fd8",
  pruned: "#d9902f",
  paused: "#8f73d6",
  failed: "#d64a4a",
  running: "#2f9e6b",
  waiting: "#8a8f98",
};

export const states = Object.keys(stateColours) as readonly TrialState[];

/** What stands out: the best, a front. */
export const accent = "#e4572e";
export const grey = "#8a8f98";

const [from, to] = [
  [47, 127, 216],
  [222, 140, 60],
] as const;

/** From the best, 0, to the worst, 1. */
export function shadeOf(share: number): string {
  const mixed = from.map((one, place) => Math.round(one + (to[place]! - one) * share));
  return `rgb(${mixed.join(",")})`;
}

/** An axis on which positions of a {@link Scale} lie; the page's script puts the ticks' texts to them. */
export function axisOf(
  scale: Scale,
  facts: { readonly [name: string]: Json | undefined } = {},
): { readonly [name: string]: Json | undefined } {
  const at = scale.ticks.map((tick) => tick.at);
  return {
    type: "value",
    min: scale.low,
    max: 1,
    axisLabel: { customValues: at, texts: scale.ticks.map(({ text }) => text), hideOverlap: true },
    axisTick: { customValues: at },
    axisLine: { onZero: false },
    splitLine: { show: false },
    ...facts,
  };
}

/** A coordinate with as many digits as a picture needs. */
export const short = (value: number): number => Number(value.toPrecision(5));

/** Legends of narrow pages turn over, in place of running into the axis. */
export const legend = { bottom: 0, type: "scroll" } as const;
