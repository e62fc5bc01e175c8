import { join } from "node:path";
import { ImagoError, shown } from "../../engine/errors.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { type Journal, openJournal, toJsonNumber } from "../../engine/files/journal/index.js";
import { realProcesses } from "../../engine/files/lock/processes.js";
import { makeFolder } from "../../engine/files/makeFolder.js";
import { type FieldsOf, optional, type ReadOf, readOptions, text } from "../../engine/options.js";
import { byName } from "./byName.js";
import { Replay } from "./curves.js";
import { environment, imagoVersion } from "./environment.js";
import { Figures } from "./figures.js";
import { Guard } from "./guard.js";
import { artifactsName, changeSummary, idOf, makeRunFolder, metricsName, readSummary } from "./runFolder.js";
import { type RunOptions, runFields } from "./runOptions.js";
import type { RunState, RunSummary } from "./summary.js";

export interface OpenRunOptions extends RunOptions {
  /** The id of a run to go on with. Default: a new run. */
  readonly resume?: string | undefined;
}

const fields = { ...runFields, resume: optional(text()) } satisfies FieldsOf<OpenRunOptions>;

/** A run that is being recorded. Nothing here throws: what cannot be written is one warning. */
export interface Run {
  /** The name of its folder. */
  readonly id: string;
  /** The path of its folder. */
  readonly folder: string;
  /** The highest step so far. */
  readonly step: number;
  /**
   * Records figures. With a step or an epoch that is no finite number nothing is recorded, which is a warning.
   *
   * @param values by name; NaN and infinities are kept
   * @param step where on the way; what is said of a step again takes the place of the first. Default: one more than the last
   * @param epoch how many epochs are finished. Default: not said
   */
  log(values: Readonly<Record<string, number>>, step?: number, epoch?: number): void;
  /** Records a text, such as a sample of what the network writes. @param step default: the last */
  text(name: string, text: string, step?: number): void;
  /** Keeps a file in the run's folder `artifacts`. @param name of the file, without folders; one of that name is replaced */
  artifact(name: string, contents: Uint8Array | string): Promise<void>;
  /** Ends the run. @param state how. Default: "finished" @param reason why it was stopped or failed */
  finish(state?: "finished" | "stopped" | "failed", reason?: string): Promise<void>;
}

/**
 * Begins to record a run, in a folder of its own.
 *
 * @throws ImagoError on an option that cannot be meant, and when there is no run to resume. A folder that cannot be written is
 *   a warning, and the run records nothing
 */
export async function openRun(options: OpenRunOptions = {}): Promise<Run> {
  const { resume, ...settings } = readOptions("openRun", options, fields);
  const guard = new Guard(settings.warn);
  if (resume === undefined) return RecordedRun.begin(settings, guard);
  const id = idOf("openRun", settings.dir, resume);
  if (readSummary(settings.dir, id) === undefined) {
    throw new ImagoError(`openRun: ${join(settings.dir, id)} is the folder of no run.`);
  }
  return RecordedRun.resume(settings, guard, id);
}

type Settings = ReadOf<typeof runFields>;

/** How often the summary is written while the run goes on, in milliseconds. */
const summaryEvery = 10_000;
/** How many records may wait for a disk that takes none, before recording is given up. */
const longestBacklog = 100_000;

/** Where a resumed training stands. */
export interface ResumePoint {
  readonly step: number;
  readonly epoch: number;
}

export class RecordedRun implements Run {
  readonly id: string;
  readonly folder: string;
  readonly #dir: string;
  readonly #guard: Guard;
  #journal: Journal | undefined;
  /** The disk has taken nothing for so long that no more is kept for it. */
  #hasGivenUp = false;
  #summary: RunSummary;
  #figures = new Figures();
  readonly #begun = performance.now();
  /** Seconds of earlier parts. */
  readonly #before: number;
  #state: RunState = "running";
  #reason: string | undefined;
  #step = 0;
  #epochs = 0;
  #saved = performance.now();
  #saving: Promise<void> = Promise.resolve();

  private constructor(dir: string, guard: Guard, summary: RunSummary) {
    this.#dir = dir;
    this.#guard = guard;
    this.#summary = summary;
    this.#before = summary.seconds;
    this.id = summary.id;
    this.folder = join(dir, summary.id);
  }

  /** A new run. Never rejects. */
  static async begin(settings: Settings, guard: Guard): Promise<RecordedRun> {
    const { dir, name } = settings;
    const id = await guard.keep("The run is not recorded", () => makeRunFolder(dir, name));
    const run = new RecordedRun(dir, guard, newSummary(settings, id ?? name));
    if (id !== undefined) await run.#open(undefined, settings);
    return run;
  }

  /** Goes on with a run. Never rejects. @param at where it goes on; what was recorded after it is taken back */
  static async resume(settings: Settings, guard: Guard, id: string, at?: ResumePoint): Promise<RecordedRun> {
    const { dir } = settings;
    const found = await guard.keep("The run is not recorded", () => readSummary(dir, id));
    const summary = found ?? newSummary(settings, id);
    const run = new RecordedRun(dir, guard, { ...summary, parts: summary.parts + 1 });
    await run.#open(at ?? "end", settings);
    return run;
  }

  async #open(at: ResumePoint | "end" | undefined, { takeOver }: Settings): Promise<void> {
    await this.#guard.keep(`Run ${this.id} is not recorded`, async () => {
      const { versions, git, machine } = await environment();
      this.#summary = { ...this.#summary, versions, git, machine, process: realProcesses.self() };
      const header = { t: "header", run: this.id, imago: imagoVersion() };
      const journal = await openJournal(join(this.folder, metricsName), { header, takeOver });
      this.#journal = journal;
      if (at !== undefined) await this.#goOn(journal, at);
      await this.#save();
    });
  }

  async #goOn(journal: Journal, at: ResumePoint | "end"): Promise<void> {
    const before = new Replay(journal.records);
    const record = {
      t: "resume",
      step: at === "end" ? before.steps : at.step,
      epoch: at === "end" ? before.epochs : at.epoch,
    };
    const replay = new Replay([...journal.records, record]);
    this.#figures = new Figures(replay.curves);
    this.#step = replay.steps;
    this.#epochs = replay.epochs;
    journal.forgetRecords();
    await journal.append(record);
  }

  get step(): number {
    return this.#step;
  }

  get seconds(): number {
    return this.#before + (performance.now() - this.#begun) / 1000;
  }

  log(values: Readonly<Record<string, number>>, step: number = this.#step + 1, epoch?: number): void {
    if (this.#journal === undefined || !this.#isPlace("step", step)) return;
    if (epoch !== undefined && !this.#isPlace("epoch", epoch)) return;
    const numbers = Object.entries(values).filter(([name, value]) => this.#isNumber(name, value));
    if (numbers.length === 0) return;
    this.#step = Math.max(this.#step, step);
    this.#epochs = Math.max(this.#epochs, epoch ?? 0);
    for (const [name, value] of numbers) this.#figures.take(name, value, step);
    const written = byName(numbers.map(([name, value]) => [name, toJsonNumber(value)] as const));
    this.#note({ t: "metrics", step, epoch, time: this.#time(), values: written });
    if (performance.now() - this.#saved > summaryEvery) void this.#save();
  }

  #isNumber(name: string, value: unknown): value is number {
    if (typeof value === "number") return true;
    this.#guard.failed(`Run ${this.id}`, new Error(`the figure ${JSON.stringify(name)} is no number.`));
    return false;
  }

  /** JSON has no other numbers, and nothing could be found again there. */
  #isPlace(what: "step" | "epoch", value: unknown): boolean {
    if (Number.isFinite(value)) return true;
    const reason = `the ${what} ${shown(value)} is no finite number; what was said of it is not recorded.`;
    this.#guard.failed(`Run ${this.id}`, new Error(reason));
    return false;
  }

  /** Milliseconds are enough. */
  #time(): number {
    return Math.round(this.seconds * 1000) / 1000;
  }

  text(name: string, text: string, step: number = this.#step): void {
    if (!this.#isPlace("step", step)) return;
    this.#note({ t: "text", step, name, text: String(text) });
  }

  #note(record: { readonly t: string; readonly [field: string]: unknown }): void {
    const journal = this.#journal;
    if (journal === undefined || this.#hasGivenUp) return;
    journal.note(record).catch((error: unknown) => {
      this.#guard.failed(`Run ${this.id} is not recorded whole`, error);
      this.#hasGivenUp = journal.backlog > longestBacklog;
    });
  }

  async artifact(name: string, contents: Uint8Array | string): Promise<void> {
    if (this.#journal === undefined) return;
    await this.#guard.keep(`Run ${this.id}`, async () => {
      if (!/^[^/\\\0]+$/.test(name) || name === "." || name === "..") {
        throw new ImagoError(
          `an artifact needs the name of a file without folders, received ${JSON.stringify(name)}.`,
        );
      }
      const folder = join(this.folder, artifactsName);
      await makeFolder(folder);
      await atomicWrite(join(folder, name), contents);
      this.#note({ t: "artifact", step: this.#step, name, bytes: Buffer.byteLength(contents) });
    });
  }

  async finish(state: "finished" | "stopped" | "failed" = "finished", reason?: string): Promise<void> {
    const journal = this.#journal;
    if (journal === undefined) return;
    this.#note({ t: "end", step: this.#step, state, reason });
    this.#journal = undefined;
    this.#state = state;
    this.#reason = reason;
    await this.#guard.keep(`Run ${this.id} is not recorded whole`, () => journal.close());
    await this.#save();
  }

  /** Writes the summary, one writing after the other. Never rejects. */
  #save(): Promise<void> {
    this.#saved = performance.now();
    this.#saving = this.#saving.then(async () => {
      await this.#guard.keep(`Run ${this.id} is not recorded whole`, () =>
        changeSummary(this.#dir, this.id, (there) => this.#summaryNow(there)),
      );
    });
    return this.#saving;
  }

  #summaryNow(there: RunSummary | undefined): RunSummary {
    // What people write of a run, they may write while it goes on.
    const { name, tags, notes } = there ?? this.#summary;
    return {
      ...this.#summary,
      name,
      tags,
      notes,
      state: this.#state,
      reason: this.#reason,
      ended: this.#state === "running" ? undefined : new Date().toISOString(),
      seconds: this.#time(),
      steps: this.#step,
      epochs: this.#epochs,
      // In KiB on every system.
      peakMemory: Math.max(this.#summary.peakMemory, process.resourceUsage().maxRSS * 1024),
      last: this.#figures.last,
      best: this.#figures.best,
    };
  }
}

function newSummary(
  { name, tags = [], notes, options, seed, data, model }: Settings,
  id: string,
): RunSummary {
  return {
    id,
    name,
    state: "running",
    tags,
    notes,
    options,
    seed,
    data,
    model,
    started: new Date().toISOString(),
    seconds: 0,
    parts: 1,
    epochs: 0,
    steps: 0,
    peakMemory: 0,
    last: {},
    best: {},
  };
}
