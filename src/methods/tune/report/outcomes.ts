import type { TrialRecord } from "../study/record.js";

/** What a trial has for one of the directions. */
export const valueFor = ({ value, values }: TrialRecord, place: number): number | undefined =>
  values === undefined ? value : values[place];

/** Trials that ended early for the same reason. */
export interface EarlyEnd {
  /** Who ended them: a pruner's name. */
  readonly pruner: string;
  /** Their last step. */
  readonly step: number | undefined;
  readonly trials: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** Pruned trials by pruner and step, the earliest step first. */
export function earlyEnds(trials: readonly TrialRecord[]): EarlyEnd[] {
  const groups = grouped(
    trials.filter(({ state }) => state === "pruned"),
    (trial) => `${prunerOf(trial)} ${trial.reports.at(-1)?.[0]}`,
  );
  return groups
    .map((group): EarlyEnd => {
      const [first] = group;
      const values = group.map(({ value }) => value ?? Number.NaN).filter((value) => !Number.isNaN(value));
      return {
        pruner: prunerOf(first),
        step: first.reports.at(-1)?.[0],
        trials: group.map(({ number }) => number),
        ...rangeOf(values),
      };
    })
    .sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
}

const prunerOf = ({ reason = "" }: TrialRecord): string => reason.replace(/ at step .*$/, "");

/** The step where trials were paused, and what was told there, by whichever trial. */
export interface Rung {
  readonly step: number;
  /** Of the trials that told a value there, those that wait there. */
  readonly paused: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** Where trials were paused, from the lowest. */
export function rungsOf(trials: readonly TrialRecord[]): Rung[] {
  const waiting = trials
    .filter(({ state }) => state === "paused")
    .map(({ reports }) => reports.at(-1)?.[0] ?? 0);
  return [...new Set(waiting)]
    .sort((a, b) => a - b)
    .map((step) => {
      const values = trials.flatMap(({ reports }) =>
        reports.filter((report) => report[0] === step).map(([, value]) => value),
      );
      const paused = waiting.filter((one) => one === step).length;
      return { step, paused, count: values.length, ...rangeOf(values.filter(Number.isFinite)) };
    });
}

/** Trials that failed alike. */
export interface Failure {
  /** What the first of them said. */
  readonly reason: string;
  readonly trials: readonly number[];
}

/** Numbers that differ from trial to trial and say nothing of why; those of exit codes, signals and the like do. */
const passingNumber =
  /(?<![\d.])(?<!\b(?:exit(?:ed)?(?: with)?|code|status|signal|errno)\W{1,3})\d+(\.\d+)?(e[+-]?\d+)?/gi;

/** Failures by what they say, numbers in it apart that are no codes, the most frequent first. */
export function failuresOf(trials: readonly TrialRecord[]): Failure[] {
  const failed = trials.filter(({ state }) => state === "failed");
  return grouped(failed, ({ reason = "" }) => reason.replaceAll(passingNumber, "#"))
    .map((group) => ({ reason: group[0].reason ?? "", trials: group.map(({ number }) => number) }))
    .sort((a, b) => b.trials.length - a.trials.length);
}

type Group = readonly [TrialRecord, ...TrialRecord[]];

function grouped(trials: readonly TrialRecord[], key: (trial: TrialRecord) => string): Group[] {
  const groups = new Map<string, [TrialRecord, ...TrialRecord[]]>();
  for (const trial of trials) {
    const group = groups.get(key(trial));
    if (group === undefined) groups.set(key(trial), [trial]);
    else group.push(trial);
  }
  return [...groups.values()];
}

const rangeOf = (values: readonly number[]): { readonly low: number; readonly high: number } => ({
  low: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  high: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
});
