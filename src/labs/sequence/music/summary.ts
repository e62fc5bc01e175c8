import { arrayOf } from "../../../engine/arguments.js";
import type { BarStatus, TuneCheck } from "./check/tuneCheck.js";

/** What a check says of many tunes. */
export interface TunesSummary {
  readonly tunes: number;
  /** Tunes in which no bar is judged wrong. */
  readonly tunesWithRightBars: number;
  /** Tunes with neither a problem nor a wrong bar. */
  readonly rightTunes: number;
  readonly notes: number;
  readonly bars: number;
  /** Bars by what is said of them. */
  readonly byStatus: Readonly<Record<BarStatus, number>>;
  /** Full bars as a part of those that are judged (full, short and overfull), 0 to 1; `undefined` where none is. */
  readonly rightShare: number | undefined;
  /** Shorter bars at edges as a part of all bars, 0 to 1: wrong bars can hide there. `undefined` where there is none. */
  readonly edgeShare: number | undefined;
}

const checks = arrayOf("an array of checks, as checkAbc gives them", "bars", "problems", "isRight");

/**
 * How many bars and tunes are right.
 *
 * @param tunes what `checkAbc` gave, of one text or of several
 * @throws ImagoError where they are no checks
 */
export function summarizeTunes(tunes: readonly TuneCheck[]): TunesSummary {
  checks.read("summarizeTunes", "tunes", tunes);
  const byStatus = { full: 0, short: 0, overfull: 0, edge: 0, free: 0 };
  let [notes, bars, tunesWithRightBars, rightTunes] = [0, 0, 0, 0];
  for (const tune of tunes) {
    notes += tune.notes;
    bars += tune.bars.length;
    for (const { status } of tune.bars) byStatus[status]++;
    if (!tune.bars.some(({ status }) => status === "short" || status === "overfull")) tunesWithRightBars++;
    if (tune.isRight) rightTunes++;
  }
  const judged = byStatus.full + byStatus.short + byStatus.overfull;
  return {
    tunes: tunes.length,
    tunesWithRightBars,
    rightTunes,
    notes,
    bars,
    byStatus,
    rightShare: judged === 0 ? undefined : byStatus.full / judged,
    edgeShare: bars === 0 ? undefined : byStatus.edge / bars,
  };
}
