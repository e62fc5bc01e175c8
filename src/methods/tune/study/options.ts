import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  accepting,
  callable,
  type Field,
  type FieldsOf,
  flag,
  number,
  optional,
  type ReadOf,
  readOptions,
  seed,
  text,
} from "../../../engine/options.js";
import { resolved } from "../../../nn/layers/base/settings.js";
import { type PrunerSpec, pruner } from "../pruners/resolve.js";
import { type SamplerSpec, sampler } from "../samplers/resolve.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import type { TrialRecord } from "./record.js";

/** Whether a value is to be made small or large. */
export type Direction = "minimize" | "maximize";

export interface StudyOptions<S extends Space> {
  /**
   * What may be tried: parameters by name, made by `float`, `int`, `choice`, `normal` and `logNormal`. Default: what trials ask
   * for by themselves, with `trial.float` and its like.
   */
  readonly space?: S | undefined;
  /** Whether values are to be made small or large; a list where an objective gives several values. Default: `minimize`. */
  readonly direction?: Direction | readonly Direction[] | undefined;
  /** What proposes trials: the name of a sampler, or one with options. Default: `auto`, and `genetic` for several directions. */
  readonly sampler?: SamplerSpec | undefined;
  /**
   * What says that a trial is not worth going on, or not yet: `asha`, `median`, `percentile`, `patient`, `threshold`, `halving`,
   * `hyperband`, `wilcoxon`, or one with options; `trial.shouldStop` tells it. Default: none.
   */
  readonly pruner?: PrunerSpec | undefined;
  /** The same seed gives the same trials, where they end in the same order. Default: 0. */
  readonly seed?: number | undefined;
  /** Whether the same parameters may give another value; else no point is tried twice. Default: false. */
  readonly noisy?: boolean | undefined;
  /** Whether parameters may go together. Default: all may. */
  readonly constraint?: ((params: ParamsOf<S>) => boolean) | undefined;
  /**
   * Where the study is kept, which goes on there when it is opened again; the folder is made if need be. Default: in memory, as
   * long as the process lives.
   */
  readonly folder?: string | undefined;
  /**
   * A PostgreSQL database in which the study is kept, so that processes on many machines may work on it at once: its URL, or that
   * with options. With `folder` too, checkpoints and models are files there, which all must see; else they are in the database.
   * Needs the packages pg and pg-boss. Default: none.
   */
  readonly storage?: string | StorageOptions | undefined;
  /** What the study is called in its database. Default: `study`. */
  readonly name?: string | undefined;
  /** How many of the best trials keep the model that `trial.keep` gave. Default: 5. */
  readonly keepModels?: number | undefined;
}

export interface StorageOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Milliseconds between the signs of life that an attempt at a trial gives. Default: 15,000. */
  readonly beat?: number | undefined;
  /** Milliseconds without one after which an attempt is lost, and another worker goes on with its trial. Default: 60,000. */
  readonly lostAfter?: number | undefined;
  /** Milliseconds after which a worker that has nothing to do looks again, though nobody woke it. Default: 5,000. */
  readonly look?: number | undefined;
  /** Milliseconds for which the server may be away before what needs it fails. Default: 600,000. */
  readonly patience?: number | undefined;
  /**
   * Trials that are proposed at once beyond the one that is begun, and wait for whoever comes next: for so many workers that they
   * would stand in line while each trial is proposed. Such are proposed with less knowledge. Default: 0.
   */
  readonly ahead?: number | undefined;
}

const storageFields = {
  url: text(),
  beat: number({ default: 15_000, min: 10 }),
  lostAfter: number({ default: 60_000, min: 50 }),
  look: number({ default: 5_000, min: 10 }),
  patience: number({ default: 600_000, min: 0 }),
  ahead: number({ default: 0, min: 0, max: 10_000, integer: true }),
} satisfies FieldsOf<StorageOptions>;

export type StorageSettings = ReadOf<typeof storageFields>;

const isUrl = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

/** Whether something names a database, and not a folder. */
export const isStorage = isUrl;

const storage: Field<StorageSettings | undefined> = {
  expected: "a URL such as postgres://user:password@host/database, or a record with it as url",
  read: (where, name, value) => {
    if (value === undefined) return undefined;
    const read = readOptions(
      `${where}: ${name}`,
      typeof value === "string" ? { url: value } : value,
      storageFields,
    );
    if (!isUrl(read.url)) {
      throw new ImagoError(
        `${where}: ${name} must be ${storage.expected}, and does not begin with postgres://.`,
      );
    }
    if (read.lostAfter < 2 * read.beat) {
      throw new ImagoError(
        `${where}: ${name}: lostAfter must be at least twice beat, received ${read.lostAfter} and ${read.beat}.`,
        { help: "Else an attempt is lost by one sign of life that comes late." },
      );
    }
    return read;
  },
};

const isSpace = (value: unknown): value is Space =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isDirection = (value: unknown): value is Direction => value === "minimize" || value === "maximize";
const isDirections = (value: unknown): value is Direction | readonly Direction[] =>
  isDirection(value) || (Array.isArray(value) && value.length > 0 && value.every(isDirection));

/** How {@link StudyOptions} are read. */
export const studyFields = {
  space: optional(accepting("a record of parameters", isSpace)),
  direction: accepting('"minimize", "maximize" or a list of them', isDirections, { fallback: "minimize" }),
  sampler: optional(resolved(sampler)),
  pruner: optional(resolved(pruner)),
  seed: seed(),
  noisy: flag(false),
  constraint: optional(callable<(params: never) => boolean>()),
  folder: optional(text()),
  storage,
  name: optional(text()),
  keepModels: number({ default: 5, min: 1, integer: true }),
} satisfies FieldsOf<StudyOptions<Space>>;

export type StudySettings = ReadOf<typeof studyFields>;

export interface RunOptions {
  /** Trials in all, those before this call included; the study ends when there are as many. Default: no limit. */
  readonly trials?: number | undefined;
  /**
   * Trials that are evaluated beside each other: of a script each in a process of its own; of a function they share this thread,
   * so that only what it awaits goes on meanwhile. Default: 1.
   */
  readonly parallel?: number | undefined;
  /** Milliseconds after which no trial is begun. Default: no limit. */
  readonly timeLimit?: number | undefined;
  /** Milliseconds that one trial may take, after which it has failed. Default: no limit. */
  readonly trialTimeLimit?: number | undefined;
  /**
   * How often a trial of a script may end its process, without coming further by a checkpoint, before it has failed. Default: 3.
   */
  readonly attempts?: number | undefined;
  /** Threads of each process of a script. Default: the cores divided among them. */
  readonly threads?: number | undefined;
  /** Ends the search; trials that are running wait, and go on when the study is run again. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of each trial that began, was paused, or ended. */
  readonly onTrial?: ((trial: TrialRecord) => void) | undefined;
}

/** How {@link RunOptions} are read. */
export const runFields = {
  trials: optional(number({ min: 1, integer: true })),
  parallel: number({ default: 1, min: 1, integer: true }),
  timeLimit: optional(number({ above: 0 })),
  trialTimeLimit: optional(number({ above: 0, max: 2 ** 31 - 1 })),
  attempts: number({ default: 3, min: 1, integer: true }),
  threads: optional(number({ min: 1, integer: true })),
  signal: abortSignal,
  onTrial: optional(callable<(trial: TrialRecord) => void>()),
} satisfies FieldsOf<RunOptions>;

export type RunSettings = ReadOf<typeof runFields>;
