import type { Attempt } from "../desk.js";
import type { Watcher } from "../ledger.js";
import type { Database } from "./database.node.js";

export interface BeatTimes {
  /** Milliseconds between signs of life. */
  readonly beat: number;
  /** Milliseconds without one after which an attempt is lost. */
  readonly lostAfter: number;
}

const keyOf = ({ trial, attempt }: Attempt): string => `${trial}/${attempt}`;

/**
 * Signs of life of the attempts that go on here, and the search for those elsewhere that give none. Times are the server's alone.
 */
export class Beats {
  readonly #database: Database;
  readonly #study: number;
  readonly #times: BeatTimes;
  readonly #held = new Map<string, Attempt>();
  #watcher: Watcher | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tick: Promise<void> = Promise.resolve();
  #isOver = false;
  /** When the server last answered, and until when nobody is taken for lost. */
  #answered = performance.now();
  #mercy = 0;

  /** @param database with a connection of its own, so that no long transaction stops the beat */
  constructor(database: Database, study: number, times: BeatTimes) {
    this.#database = database;
    this.#study = study;
    this.#times = times;
  }

  hold(attempt: Attempt): void {
    this.#held.set(keyOf(attempt), attempt);
  }

  release(attempt: Attempt): void {
    this.#held.delete(keyOf(attempt));
  }

  watch(watcher: Watcher): void {
    this.#watcher = watcher;
    this.#plan();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#tick;
  }

  #plan(): void {
    if (this.#isOver) return;
    // Not all at the same moment.
    const wait = this.#times.beat * (0.8 + 0.2 * Math.random());
    this.#timer = setTimeout(() => {
      this.#tick = this.#beatAndLook()
        // Away; the next one may be heard.
        .catch(() => {})
        .finally(() => this.#plan());
    }, wait);
    this.#timer.unref();
  }

  async #beatAndLook(): Promise<void> {
    await this.#beat();
    const now = performance.now();
    // Whoever heard nothing for a while does not know who else was cut off meanwhile.
    if (now - this.#answered > Math.max(2 * this.#times.beat, this.#times.lostAfter / 2)) {
      this.#mercy = now + this.#times.lostAfter;
    }
    this.#answered = now;
    if (now >= this.#mercy) await this.#look();
  }

  async #beat(): Promise<void> {
    const mine = [...this.#held.values()];
    if (mine.length === 0) {
      await this.#database.queryOnce("SELECT 1");
      return;
    }
    const alive = await this.#database.queryOnce<Attempt>(
      `UPDATE imago.attempt AS one SET beat_at = clock_timestamp()
       FROM unnest($2::int[], $3::int[]) AS mine (trial, attempt)
       WHERE one.study = $1 AND one.trial = mine.trial AND one.attempt = mine.attempt
       RETURNING one.trial, one.attempt`,
      [this.#study, mine.map(({ trial }) => trial), mine.map(({ attempt }) => attempt)],
    );
    const living = new Set(alive.map(keyOf));
    for (const attempt of mine) {
      if (living.has(keyOf(attempt)) || !this.#held.has(keyOf(attempt))) continue;
      this.release(attempt);
      this.#watcher?.superseded(attempt);
    }
  }

  /** A server that has just begun knows of no beats in the time before. */
  async #look(): Promise<void> {
    const silent = await this.#database.queryOnce<Attempt>(
      `SELECT trial, attempt FROM imago.attempt
       WHERE study = $1 AND beat_at < clock_timestamp() - $2 * interval '1 millisecond'
         AND pg_postmaster_start_time() < clock_timestamp() - $2 * interval '1 millisecond'
       ORDER BY trial`,
      [this.#study, this.#times.lostAfter],
    );
    if (silent.length > 0) await this.#watcher?.silent(silent);
  }
}
