import { ImagoError } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { saved } from "../../../nn/config/resolver.js";
import { sampler as samplerOf } from "../samplers/resolve.js";
import type { Sampler } from "../samplers/sampler.js";
import { type DescribedSpace, describeSpace } from "../space/describeSpace.js";
import { levelOf } from "../space/dimensions.js";
import type { Space } from "../space/parameters.js";
import { type CoreSettings, StudyCore } from "./core.js";
import { lost } from "./desk.js";
import { type Ledger, memoryLedger } from "./ledger.js";
import { type StudyOptions, type StudySettings, studyFields } from "./options.js";
import { Study } from "./study.js";

/** What a study was begun with, as the first record of its journal holds it. */
export interface StudyHeader {
  readonly t: "study";
  readonly space: DescribedSpace | null;
  readonly directions: readonly string[];
  readonly sampler: unknown;
  readonly pruner: unknown;
  readonly seed: number;
  readonly noisy: boolean;
}

/**
 * Opens a study: in memory, or in a folder, where it goes on as it was left. Trials that were being evaluated when its process
 * ended wait to be evaluated again; every other one stays as it is. One in a PostgreSQL database may be opened by many processes on
 * many machines, which work on it together.
 *
 * @example
 * const study = await openStudy({ space: { rate: float(1e-4, 1e-1, { log: true }) }, seed: 1, folder: "studies/rate" });
 * await study.run(async ({ params }) => train(params.rate), { trials: 50 });
 * console.log(study.best);
 *
 * @throws ImagoError on unknown options, on a space that is none, where the study was begun with other options, which are named,
 *   where another process works on a folder's, where the folder cannot be written, where the database cannot be reached, and where
 *   the packages for it are not installed
 */
export async function openStudy<const S extends Space>(options: StudyOptions<S> = {}): Promise<Study<S>> {
  const settings = readStudyOptions(options);
  return studyOn<S>(settings, await openLedger("openStudy", settings));
}

/** {@link StudyOptions} in full. @throws ImagoError on unknown ones, a space that is none, and what does not go together */
export function readStudyOptions(options: unknown): CoreSettings {
  const where = "openStudy";
  const read = readOptions(where, options, studyFields);
  const settings = { ...read, sampler: read.sampler ?? defaultSampler(read) };
  checkTogether(where, settings);
  checkName(where, settings);
  if (settings.space !== undefined) levelOf(settings.space);
  return settings;
}

/** A study whose events are kept in a ledger. */
export async function studyOn<S extends Space>(settings: CoreSettings, ledger: Ledger): Promise<Study<S>> {
  const core = new StudyCore(settings, ledger);
  await core.transact(() => ({ events: [], result: undefined }));
  await core.transact(() => ({
    // Whoever evaluated them is gone, else the study could not have been opened.
    events: core.state.trials
      .filter(({ state }) => state === "running" && ledger.lasts && ledger.others === undefined)
      .map((kept) => lost(kept, "the process of the study ended")),
    result: undefined,
    durable: true,
  }));
  return new Study<S>(core);
}

function defaultSampler({ direction }: StudySettings): Sampler {
  return samplerOf(typeof direction === "string" || direction.length === 1 ? "auto" : "genetic");
}

function checkTogether(where: string, { direction, pruner }: CoreSettings): void {
  if (typeof direction === "string" || direction.length === 1 || pruner === undefined) return;
  throw new ImagoError(
    `${where}: a pruner goes by one value, and there are ${direction.length} directions.`,
    {
      help: "Leave out the pruner.",
    },
  );
}

function checkName(where: string, { name, storage }: CoreSettings): void {
  if (name === undefined || storage !== undefined) return;
  throw new ImagoError(`${where}: name is what a study is called in its database, and there is no storage.`, {
    help: "Give storage, or leave out name.",
  });
}

async function openLedger(where: string, settings: CoreSettings): Promise<Ledger> {
  if (settings.storage !== undefined) {
    const { openPostgresLedger } = await import("./postgres/postgresLedger.node.js");
    const { storage, name = "study", folder } = settings;
    return openPostgresLedger(where, { storage, name, folder, header: headerOf(settings) });
  }
  if (settings.folder === undefined) return memoryLedger();
  const { openJournalLedger } = await import("./files/journalLedger.js");
  return openJournalLedger(where, settings.folder, headerOf(settings));
}

export function headerOf({ space, direction, sampler, pruner, seed, noisy }: CoreSettings): StudyHeader {
  return {
    t: "study",
    space: space === undefined ? null : describeSpace(space),
    directions: typeof direction === "string" ? [direction] : direction,
    sampler: saved(sampler),
    pruner: pruner === undefined ? null : saved(pruner),
    ...{ seed, noisy },
  };
}

/**
 * A study as it stands in a folder, to be looked at while another process may go on with it: nothing can be asked or told. Choices
 * whose values JSON does not hold, such as functions, stand as `{ shown }`.
 *
 * @throws ImagoError where there is none, or it was written by a later version
 */
export async function readStudy(folder: string): Promise<Study<Space>> {
  const files = await import("./files/readStudy.js");
  return files.readStudy(folder);
}
