import type { Attempt } from "./desk.js";
import type { StudyEvent } from "./events.js";

/** What somebody who knows all that happened so far wants to happen next. */
export interface Decision<T> {
  readonly events: readonly StudyEvent[];
  readonly result: T;
  /** Whether it must survive a power cut before anything is built on it. */
  readonly durable?: boolean | undefined;
}

/** Where a study's events are kept. */
export interface Ledger {
  /**
   * Decides, one after the other among all who share the study.
   *
   * @param decide given what others wrote since the last time; may be called again where writing failed
   * @param count called with what was decided when it counts
   * @throws where it cannot be written
   */
  transact<T>(
    decide: (news: readonly StudyEvent[]) => Decision<T>,
    count: (events: readonly StudyEvent[]) => void,
  ): Promise<T>;
  /** Files that belong to trials. */
  readonly files: TrialFiles;
  /** Whether it outlives this process. */
  readonly lasts: boolean;
  /** What was mended when it was opened, in words. */
  readonly problems: readonly string[];
  /** Where several processes may work on the study at once. Default: this one alone does. */
  readonly others?: Others | undefined;
  close(): Promise<void>;
}

/** The other processes that work on a study. */
export interface Others {
  /** So many trials are proposed ahead, and wait. */
  readonly ahead: number;
  /** Says from now on what becomes of attempts, here and elsewhere. */
  watch(watcher: Watcher): void;
  /** Resolves when there may be something to do: somebody left a trial, or a while went by, or the signal aborts. */
  wait(signal: AbortSignal | undefined): Promise<void>;
  /** Whether the process is about to end, and does not wait for a server that is away. */
  hurry(isHurried: boolean): void;
}

/** Who hears of attempts. */
export interface Watcher {
  /** One of this process was given away. */
  superseded(attempt: Attempt): void;
  /** Some, here or elsewhere, give no sign of life. */
  silent(attempts: readonly Attempt[]): Promise<void>;
}

/** Files of trials: checkpoints and models, each a set that is there whole or not at all. */
export interface TrialFiles {
  /** @returns what the set is called from now on */
  write(trial: number, name: string, files: Readonly<Record<string, Uint8Array>>): Promise<string>;
  /** @returns nothing where the set is not there, or damaged */
  read(place: string): Promise<Readonly<Record<string, Uint8Array>> | undefined>;
  remove(place: string): Promise<void>;
  /** Where a user finds it. */
  pathOf(place: string): string;
}

/** Files in memory. */
export function memoryFiles(): TrialFiles {
  const sets = new Map<string, Readonly<Record<string, Uint8Array>>>();
  return {
    write: async (trial, name, files) => {
      const place = `${trial}/${name}`;
      sets.set(place, files);
      return place;
    },
    read: async (place) => sets.get(place),
    remove: async (place) => void sets.delete(place),
    pathOf: (place) => place,
  };
}

/** A study that ends with the process. */
export function memoryLedger(): Ledger {
  return {
    transact: async (decide, count) => {
      const { events, result } = decide([]);
      count(events);
      return result;
    },
    files: memoryFiles(),
    lasts: false,
    problems: [],
    close: async () => {},
  };
}
