import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ImagoError } from "../../engine/errors.js";
import { fileError } from "../../engine/files/fileError.js";
import { type ReadJournal, readJournal } from "../../engine/files/journal/index.js";
import { codeOf } from "../../engine/files/layer.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { byName } from "./byName.js";
import { type Curve, downsample, Replay, type RunText } from "./curves.js";
import { Figures } from "./figures.js";
import { dirField } from "./listRuns.js";
import { artifactsName, idOf, metricsName, readSummary } from "./runFolder.js";
import type { RunState, RunSummary } from "./summary.js";

export interface ReadRunOptions {
  /** The folder of all runs. Default: `"runs"`. */
  readonly dir?: string | undefined;
  /**
   * Points of each curve at most: of every stretch the smallest and the largest. Default: 1000; `Infinity` for all.
   */
  readonly points?: number | undefined;
}

/** How {@link ReadRunOptions} are read. */
export const readRunFields = {
  dir: dirField,
  points: {
    ...number({ default: 1000, min: 2, integer: true, help: "points of each curve at most" }),
    read: (where: string, name: string, value: unknown) =>
      value === Number.POSITIVE_INFINITY
        ? value
        : number({ default: 1000, min: 2, integer: true }).read(where, name, value),
  },
} satisfies FieldsOf<ReadRunOptions>;

/** A run in full. */
export interface RunRecord {
  readonly summary: RunSummary;
  /** By the figures' names. */
  readonly curves: Readonly<Record<string, Curve>>;
  /** The steps at which epochs ended. */
  readonly epochEnds: readonly number[];
  readonly texts: readonly RunText[];
  /** Its files, by their names. */
  readonly artifacts: readonly { readonly name: string; readonly path: string; readonly bytes: number }[];
  /** What of its record is damaged, in words. */
  readonly problems: readonly string[];
}

/**
 * Reads a run, also one that is going on.
 *
 * @param run its id, or the beginning of it
 * @throws ImagoError when there is no such run, or it cannot be read
 */
export async function readRun(run: string, options: ReadRunOptions = {}): Promise<RunRecord> {
  const { dir, points } = readOptions("readRun", options, readRunFields);
  const id = idOf("readRun", dir, run);
  const summary = readSummary(dir, id);
  if (summary === undefined) throw new ImagoError(`readRun: ${join(dir, id)} is the folder of no run.`);
  const { records, problems } = await recordsOf(join(dir, id, metricsName));
  const replay = new Replay(records);
  const curves = [...replay.curves].map(([name, curve]) => [name, downsample(curve, points)] as const);
  return {
    summary: ended(summary, replay),
    curves: byName(curves),
    epochEnds: replay.epochEnds,
    texts: replay.texts,
    artifacts: artifactsOf(join(dir, id, artifactsName)),
    problems,
  };
}

/** A run that crashed as it began has none. */
async function recordsOf(path: string): Promise<Pick<ReadJournal, "records" | "problems">> {
  return existsSync(path) ? readJournal(path) : { records: [], problems: [] };
}

/** A run may have said in its journal that it ended, and not come to write its summary. */
function ended(summary: RunSummary, { end, steps, epochs, curves }: Replay): RunSummary {
  // The summary may be some seconds older than the curves, which may be damaged in their turn.
  const { last, best } = new Figures(curves);
  const known = {
    ...summary,
    last: byName([...Object.entries(summary.last), ...Object.entries(last)]),
    best: byName([...Object.entries(summary.best), ...Object.entries(best)]),
    steps: Math.max(steps, summary.steps),
    epochs: Math.max(epochs, summary.epochs),
  };
  if (summary.state !== "crashed" || end === undefined) return known;
  return { ...known, state: String(end.state) as RunState, ended: String(end.at) };
}

function artifactsOf(folder: string): RunRecord["artifacts"] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.endsWith(".tmp"))
      .map((name) => ({ name, path: join(folder, name), bytes: statSync(join(folder, name)).size }));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw fileError("read", folder, error);
  }
}
