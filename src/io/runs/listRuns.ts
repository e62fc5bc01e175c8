import { setImmediate as pause } from "node:timers/promises";
import { messageOf } from "../../engine/errors.js";
import { callable, type FieldsOf, oneOf, optional, readOptions, text } from "../../engine/options.js";
import { defaultDir, foldersOf, readSummary } from "./runFolder.js";
import type { RunState, RunSummary } from "./summary.js";

export interface ListRunsOptions {
  /** The folder of all runs. Default: `"runs"`. */
  readonly dir?: string | undefined;
  /** Only runs with this tag. Default: all. */
  readonly tag?: string | undefined;
  /** Only runs in this state. Default: all. */
  readonly state?: RunState | undefined;
  /** Is told of each run whose summary cannot be read. Default: they are left out silently. */
  readonly onProblem?: ((message: string) => void) | undefined;
}

/** How a folder of runs is chosen, wherever one is. */
export const dirField = text(defaultDir, { help: "folder of all runs", unit: "dir" });

const states = ["running", "finished", "stopped", "failed", "crashed"] as const;

/** How {@link ListRunsOptions} are read. */
export const listFields = {
  dir: dirField,
  tag: optional(text(undefined, { help: "only runs with this tag", unit: "tag" })),
  state: optional(oneOf<RunState>(states, undefined, { help: "only runs that are" })),
  onProblem: optional(callable<(message: string) => void>()),
} satisfies FieldsOf<ListRunsOptions>;

/** After how many summaries others get their turn. */
const turn = 200;

/**
 * Every run of a folder in short, the latest first. Reads one small file of each.
 *
 * @throws ImagoError when the folder cannot be read; one that is not there has no runs
 */
export async function listRuns(options: ListRunsOptions = {}): Promise<RunSummary[]> {
  const { dir, tag, state, onProblem } = readOptions("listRuns", options, listFields);
  const found: RunSummary[] = [];
  for (const [index, id] of foldersOf(dir).entries()) {
    if (index % turn === turn - 1) await pause();
    try {
      const summary = readSummary(dir, id);
      if (summary !== undefined) found.push(summary);
    } catch (error) {
      onProblem?.(messageOf(error));
    }
  }
  const wanted = found.filter(
    (one) => (tag === undefined || one.tags.includes(tag)) && (state === undefined || one.state === state),
  );
  return wanted.sort((a, b) =>
    a.started < b.started ? 1 : a.started > b.started ? -1 : a.id < b.id ? -1 : 1,
  );
}
