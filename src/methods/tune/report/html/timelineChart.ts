import { numberScale } from "../../../pages/scales.js";
import type { Span } from "../../study/record.js";
import type { StudyView } from "../studyView.js";
import { axisOf, type Chart, type Json, short, stateColours } from "./chart.js";

/** When attempts went on, each in the first lane that was free. Times in which nothing went on are left out. */
export function timelineChart({ timeline }: StudyView): Chart | undefined {
  const last = timeline.reduce((time, { began, ended = began }) => Math.max(time, began, ended), 0);
  const spans = timeline
    .map((span) => ({ ...span, until: Math.max(span.began, span.ended ?? last) }))
    .sort((a, b) => a.began - b.began || a.trial - b.trial);
  if (spans.length === 0) return undefined;
  const worked = workedTime(spans);
  const whole = worked(last);
  if (!(whole > 0)) return undefined;
  const [unit, name] = unitOf(whole);
  const scale = numberScale(0, whole / unit, false);
  const lanes = lanesOf(spans);
  const count = Math.max(...lanes) + 1;
  return {
    title: "When trials went on",
    note: "Each line is an attempt, in the first lane that was free; times in which nothing went on are left out.",
    height: 90 + 24 * Math.min(20, count),
    option: {
      grid: { left: 34, right: 24, top: 10, bottom: 50 },
      xAxis: axisOf(scale, { name, nameLocation: "middle", nameGap: 24 }),
      yAxis: {
        ...{ type: "category", inverse: true, axisTick: { show: false } },
        data: Array.from({ length: count }, (_, lane) => String(lane + 1)),
      },
      series: [
        {
          ...{ type: "lines", coordinateSystem: "cartesian2d" },
          data: spans.map((span, place) =>
            lineOf(span, lanes[place] ?? 0, count, (time) => short(scale.at(worked(time) / unit) ?? 0)),
          ),
        },
      ],
    },
  };
}

/** @param whole milliseconds */
function unitOf(whole: number): readonly [milliseconds: number, name: string] {
  if (whole > 7_200_000) return [3_600_000, "hours"];
  return whole > 120_000 ? [60_000, "minutes"] : [1000, "seconds"];
}

function lineOf(
  { trial, attempt, began, until, ended, how }: Stretch,
  lane: number,
  lanes: number,
  at: (time: number) => number,
): Json {
  const from = at(began);
  return {
    coords: [
      [from, lane],
      // What is too short to be seen is shown nevertheless.
      [Math.max(at(until), from + 0.0015), lane],
    ],
    lineStyle: {
      color: stateColours[how ?? "running"],
      width: Math.max(4, Math.min(14, 240 / lanes)),
      opacity: 0.85,
    },
    t: trial,
    more: `attempt ${attempt}, ${ended === undefined ? "no end yet" : secondsText(ended - began)}`,
  };
}

const secondsText = (milliseconds: number): string => `${Number((milliseconds / 1000).toPrecision(3))} s`;

interface Stretch extends Span {
  readonly until: number;
}

/** The lane of each span: the first in which nothing went on when it began. */
function lanesOf(spans: readonly Stretch[]): number[] {
  const ends: number[] = [];
  return spans.map(({ began, until }) => {
    const free = ends.findIndex((end) => end <= began);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = until;
    return lane;
  });
}

/** From a time to the milliseconds before it in which something went on. @param spans by when they began */
function workedTime(spans: readonly Stretch[]): (time: number) => number {
  const blocks: { from: number; to: number; before: number }[] = [];
  for (const { began, until } of spans) {
    const block = blocks.at(-1);
    if (block !== undefined && began <= block.to) block.to = Math.max(block.to, until);
    else {
      const before = block === undefined ? 0 : block.before + block.to - block.from;
      blocks.push({ from: began, to: until, before });
    }
  }
  return (time) => {
    let [low, high] = [0, blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((blocks[middle]?.from ?? 0) <= time) low = middle;
      else high = middle - 1;
    }
    const block = blocks[low];
    return block === undefined
      ? 0
      : block.before + Math.min(block.to, Math.max(block.from, time)) - block.from;
  };
}
