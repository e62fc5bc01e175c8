import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError } from "../../engine/errors.js";
import { fileError } from "../../engine/files/fileError.js";
import { type FieldsOf, flag, list, optional, readOptions, text } from "../../engine/options.js";
import { dirField } from "./listRuns.js";
import { changeSummary, idOf, readSummary } from "./runFolder.js";
import type { RunSummary } from "./summary.js";

export interface TagRunOptions {
  /** The folder of all runs. Default: `"runs"`. */
  readonly dir?: string | undefined;
  /** Tags that it gets. Default: none. */
  readonly add?: readonly string[] | undefined;
  /** Tags that it loses. Default: none. */
  readonly remove?: readonly string[] | undefined;
  /** What is to be remembered of it, in place of what there was. Default: as it is. */
  readonly notes?: string | undefined;
  /** What it is called; its folder keeps its name. Default: as it is. */
  readonly name?: string | undefined;
}

const tagFields = {
  dir: dirField,
  add: optional(list(text(), "an array of texts")),
  remove: optional(list(text(), "an array of texts")),
  notes: optional(text()),
  name: optional(text()),
} satisfies FieldsOf<TagRunOptions>;

/**
 * Gives a run tags, notes or a name, also while it is going on.
 *
 * @param run its id, or the beginning of it
 * @returns the run's summary, changed
 * @throws ImagoError when there is no such run, or it cannot be written
 */
export async function tagRun(run: string, options: TagRunOptions = {}): Promise<RunSummary> {
  const { dir, add = [], remove = [], notes, name } = readOptions("tagRun", options, tagFields);
  const id = idOf("tagRun", dir, run);
  const lost = new Set(remove);
  await changeSummary(dir, id, (summary) => {
    if (summary === undefined) throw new ImagoError(`tagRun: ${join(dir, id)} is the folder of no run.`);
    const tags = [...new Set([...summary.tags, ...add])].filter((tag) => !lost.has(tag));
    // Whether it has crashed is seen by whoever reads, not written.
    const state = summary.state === "crashed" ? "running" : summary.state;
    return { ...summary, state, tags, notes: notes ?? summary.notes, name: name ?? summary.name };
  });
  return readSummary(dir, id) as RunSummary;
}

export interface RemoveRunOptions {
  /** The folder of all runs. Default: `"runs"`. */
  readonly dir?: string | undefined;
  /** Remove a run that is going on too. Default: false. */
  readonly force?: boolean | undefined;
}

/** How {@link RemoveRunOptions} are read. */
export const removeFields = {
  dir: dirField,
  force: flag(false, { help: "remove runs that are going on too" }),
} satisfies FieldsOf<RemoveRunOptions>;

/**
 * Deletes a run's folder, and all that is in it.
 *
 * @param run its id in full
 * @throws ImagoError when there is no such run, when it is going on, or when it cannot be deleted
 */
export async function removeRun(run: string, options: RemoveRunOptions = {}): Promise<void> {
  const { dir, force } = readOptions("removeRun", options, removeFields);
  const id = idOf("removeRun", dir, run);
  const folder = join(dir, id);
  if (id !== run) {
    throw new ImagoError(`removeRun: there is no run "${run}" in ${dir}.`, {
      help: `For ${id}, write its id in full.`,
    });
  }
  const summary = readSummary(dir, id);
  if (summary === undefined) {
    throw new ImagoError(`removeRun: ${folder} is the folder of no run, and is left alone.`);
  }
  if (summary.state === "running" && !force) {
    const { pid, host } = summary.process ?? {};
    throw new ImagoError(`removeRun: ${id} is going on, in process ${pid} on ${host}.`, {
      help: "End it first, or remove it nonetheless: --force, in a program `force: true`.",
    });
  }
  try {
    await rm(folder, { recursive: true });
  } catch (error) {
    throw fileError("write", folder, error);
  }
}
