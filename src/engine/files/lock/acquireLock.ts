import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ImagoError } from "../../errors.js";
import { fileError } from "../fileError.js";
import { codeOf, type FileLayer, realFiles } from "../layer.js";
import {
  asideLocks,
  asidePath,
  createLock,
  type FoundLock,
  type Holder,
  readLock,
  removeQuietly,
} from "./lockFile.js";
import { type Life, lifeOf, type Processes, realProcesses } from "./processes.js";

export interface LockOptions {
  /** What the lock guards, as errors name it. Default: the lock's path. */
  readonly of?: string | undefined;
  /** Take the lock from a holder on another machine, which cannot be asked whether it lives. Default: false. */
  readonly takeOver?: boolean | undefined;
  /**
   * Milliseconds for which a living holder is waited for, from 0. Default: 0; one that holds the lock for a moment is waited for in
   * any case.
   */
  readonly patience?: number | undefined;
  /** Whether the lock will be held for a moment only, which others then wait for. Default: false. */
  readonly brief?: boolean | undefined;
  /**
   * Whether the holder shows all the while that it lives, so that one on another machine, or in a container that is gone, counts as
   * dead after a minute without. Default: only where the system does not tell processes of one number apart.
   */
  readonly beats?: boolean | undefined;
  /** What someone who is refused because this very process holds the lock is to do. Default: "Close it first." */
  readonly help?: string | undefined;
  /** Default: the real files. */
  readonly files?: FileLayer | undefined;
  /** Default: the processes of this machine. */
  readonly processes?: Processes | undefined;
}

/** That a living process holds the lock. */
export class LockHeld extends ImagoError {}

/** A lock that is held. */
export interface Lock {
  /** Gives it back. Does nothing the second time, and nothing to a lock that was taken over by someone else. */
  release(): void;
  /**
   * Makes sure that the lock is still held: where its file was removed, it is made again.
   *
   * @throws ImagoError when someone else has taken it
   */
  confirm(): void;
}

/** How often a holder that cannot be told apart from a later process says that it lives. */
const beatEvery = 5_000;
/** After how long without that it counts as dead. */
const beatLimit = 60_000;
/** How long others' taking and giving back is waited for. */
const contention = 2_000;
/** How long a holder is waited for that holds the lock for a moment. */
const briefPatience = 60_000;

/**
 * Takes the lock of a folder or file that one process at a time may write. A holder that was killed, or whose machine was
 * started anew, has lost it; one that is stopped has not.
 *
 * @param path the lock's file, in a folder that exists
 * @throws LockHeld naming the process and machine that hold it; ImagoError when the file cannot be written
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const taker = new Taker(path, options);
  const start = performance.now();
  for (;;) {
    const obstacle = attempt(options.of ?? path, () => taker.take());
    if (obstacle === "taken") return taker.lock();
    if (performance.now() - start >= patienceFor(obstacle, options)) throw taker.refusal(obstacle);
    await pause(5 + Math.random() * 10);
  }
}

function patienceFor({ life, holder }: Obstacle, { patience = 0 }: LockOptions): number {
  if (life === undefined) return Math.max(patience, contention);
  return holder?.brief === true ? Math.max(patience, briefPatience) : patience;
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("write", path, error);
  }
}

/** What is in the way of someone who would take a lock. */
interface Obstacle {
  readonly holder: Holder | undefined;
  /** Absent where others are only taking it, or giving it back. */
  readonly life?: Life;
}

class Taker {
  readonly #path: string;
  readonly #options: LockOptions;
  readonly #files: FileLayer;
  readonly #processes: Processes;
  readonly #me: Holder;

  constructor(path: string, options: LockOptions) {
    this.#path = path;
    this.#options = options;
    this.#files = options.files ?? realFiles;
    this.#processes = options.processes ?? realProcesses;
    const token = randomBytes(8).toString("hex");
    const { brief, beats } = options;
    const at = new Date().toISOString();
    this.#me = {
      ...this.#processes.self(),
      token,
      at,
      ...(brief === true ? { brief } : {}),
      ...(beats === true ? { beats } : {}),
    };
  }

  /** One try. @returns `"taken"`, or what is in the way */
  take(): "taken" | Obstacle {
    if (createLock(this.#files, this.#path, this.#me)) return this.#settle();
    const found = readLock(this.#files, this.#path);
    if (found === undefined) return { holder: undefined };
    // Someone put mine aside, and has put it back.
    if (found.holder?.token === this.#me.token) return this.#settle();
    if (found.holder === undefined && this.#isYoung(found)) return { holder: undefined };
    const { holder } = found;
    const life = this.#lifeOf(found);
    if (life !== "dead") return { holder, life };
    this.#remove(found);
    return { holder };
  }

  /** The lock is only mine if nobody has put a living one aside meanwhile: that one comes back. */
  #settle(): "taken" | Obstacle {
    const aside = asideLocks(this.#files, this.#path);
    const living = aside.find((one) => one.holder !== undefined && this.#lifeOf(one) !== "dead");
    const mine = readLock(this.#files, this.#path)?.holder?.token === this.#me.token;
    if (mine && living === undefined) {
      // Left by someone who was ended in between.
      for (const { path } of aside) removeQuietly(this.#files, path);
      return "taken";
    }
    if (mine) removeQuietly(this.#files, this.#path);
    return { holder: living?.holder };
  }

  /**
   * Removes a dead holder's lock. Between judging and removing, another process may have done so and taken the lock, so it
   * is put aside first, looked at, and put back if it is another one.
   */
  #remove(judged: FoundLock): void {
    const aside = asidePath(this.#path, this.#me.token);
    try {
      this.#files.renameSync(this.#path, aside);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      throw error;
    }
    if (readLock(this.#files, aside)?.text !== judged.text) this.#putBack(aside);
    removeQuietly(this.#files, aside);
  }

  #putBack(aside: string): void {
    // Whoever takes the free place sees the one put aside, and leaves.
    for (const until = performance.now() + contention; performance.now() < until; ) {
      try {
        this.#files.linkSync(aside, this.#path);
        return;
      } catch (error) {
        if (codeOf(error) === "ENOENT") return;
        if (codeOf(error) === "EEXIST") continue;
        // Where files have no second names, the rename itself must do.
        this.#files.renameSync(aside, this.#path);
        return;
      }
    }
  }

  /** A lock without a holder is being written just now, or was never finished. */
  #isYoung({ path }: FoundLock): boolean {
    return this.#age(path) < contention / 2;
  }

  #age(path: string): number {
    try {
      return Date.now() - this.#files.changedSync(path);
    } catch {
      return 0;
    }
  }

  #lifeOf({ holder, path }: FoundLock): Life {
    if (holder === undefined) return "dead";
    const life = lifeOf(holder, this.#processes);
    const isSilent = this.#age(path) > beatLimit;
    if (life === "elsewhere") {
      return this.#options.takeOver === true || (holder.beats === true && isSilent) ? "dead" : life;
    }
    if (life === "unsure") return isSilent ? "dead" : "alive";
    return life;
  }

  refusal({ holder, life = "alive" }: Obstacle): ImagoError {
    const what = `Cannot write ${this.#options.of ?? this.#path}`;
    if (holder === undefined) {
      return new LockHeld(`${what}: others take and leave ${this.#path} all the time.`, {
        help: "Try again.",
      });
    }
    const { pid, host, at } = holder;
    if (life === "alive" && pid === this.#me.pid && holder.start === this.#me.start) {
      return new LockHeld(`${what}: this very process (${pid}) has it open already.`, {
        help: this.#options.help ?? "Close it first.",
      });
    }
    return new LockHeld(`${what}: process ${pid} on ${host} has had it open since ${at}.`, {
      help: life === "elsewhere" ? elsewhereHelp(holder, this.#path) : "Wait until it ends, or end it.",
    });
  }

  lock(): Lock {
    // A holder whose start the system does not tell has to show that it lives.
    const beats = this.#me.beats === true || this.#me.start === undefined;
    const beat = beats ? setInterval(() => this.#beat(), beatEvery) : undefined;
    beat?.unref();
    return {
      confirm: () => attempt(this.#options.of ?? this.#path, () => this.#confirm()),
      release: () => {
        clearInterval(beat);
        for (const path of [this.#path, ...asideLocks(this.#files, this.#path).map((one) => one.path)]) {
          if (readLock(this.#files, path)?.holder?.token === this.#me.token) removeQuietly(this.#files, path);
        }
      },
    };
  }

  #confirm(): void {
    const found = readLock(this.#files, this.#path);
    if (found?.holder?.token === this.#me.token) return;
    if (found === undefined && createLock(this.#files, this.#path, this.#me)) return;
    throw this.refusal({ holder: found?.holder });
  }

  #beat(): void {
    try {
      this.#files.touchSync(this.#path);
    } catch {
      // It was taken over, or its folder is gone; the holder's own writing tells.
    }
  }
}

const elsewhereHelp = ({ beats }: Holder, path: string): string =>
  beats === true
    ? `From here nobody can tell whether that process lives. It counts as ended when ${path} is a minute old: try again then.`
    : "From here nobody can tell whether that process lives; if you know that it has ended, take over.";
