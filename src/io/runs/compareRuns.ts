import { ImagoError } from "../../engine/errors.js";
import { list, readOptions, text } from "../../engine/options.js";
import { type ReadRunOptions, type RunRecord, readRun, readRunFields } from "./readRun.js";
import type { BestFigure, RunSummary } from "./summary.js";

/** One thing in which runs differ. */
export interface RunDifference {
  /** `options.learningRate`, `seed`, `versions.imago`. */
  readonly name: string;
  /** For each run, in their order; `undefined` where it is not said. */
  readonly values: readonly unknown[];
}

/** One figure of several runs, in their order. */
export interface ComparedFigure {
  readonly name: string;
  readonly last: readonly (number | undefined)[];
  readonly best: readonly (BestFigure | undefined)[];
}

export interface RunComparison {
  readonly runs: readonly RunRecord[];
  readonly differences: readonly RunDifference[];
  readonly figures: readonly ComparedFigure[];
}

/**
 * Puts runs beside each other: in what they differ, and how far they came.
 *
 * @param runs two or more, by their ids or the beginnings of them
 * @throws ImagoError when there are fewer than two, or one cannot be read
 */
export async function compareRuns(
  runs: readonly string[],
  options: ReadRunOptions = {},
): Promise<RunComparison> {
  list(text(), "an array of ids").read("compareRuns", "runs", runs);
  const settings = readOptions("compareRuns", options, readRunFields);
  if (runs.length < 2) {
    throw new ImagoError(`compareRuns: two runs or more can be compared, received ${runs.length}.`);
  }
  const records: RunRecord[] = [];
  for (const run of runs) records.push(await readRun(run, settings));
  const summaries = records.map(({ summary }) => summary);
  return { runs: records, differences: differencesOf(summaries), figures: figuresOf(summaries) };
}

function differencesOf(summaries: readonly RunSummary[]): RunDifference[] {
  const flat = summaries.map(({ options, seed, data, versions, git, machine }) =>
    flatten({ options, seed, data, versions, git, machine: machine?.cpu }),
  );
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  return names
    .map((name) => ({ name, values: flat.map((one) => one.get(name)) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}

/** Values within records, by their ways: `options.optimizer.name`. Lists count as one value. */
export function flatten(record: object, way = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isRecord) for (const [inner, one] of flatten(value, `${way}${name}.`)) found.set(inner, one);
    else if (value !== undefined) found.set(`${way}${name}`, value);
  }
  return found;
}

function figuresOf(summaries: readonly RunSummary[]): ComparedFigure[] {
  const names = [...new Set(summaries.flatMap(({ last }) => Object.keys(last)))];
  return names.map((name) => ({
    name,
    last: summaries.map(({ last }) => last[name]),
    best: summaries.map(({ best }) => best[name]),
  }));
}
