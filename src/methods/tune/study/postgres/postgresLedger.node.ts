import { hostname } from "node:os";
import { join } from "node:path";
import { checkHeader } from "../checkHeader.js";
import { decodeEvent, encodeEvent, type StudyEvent } from "../events.js";
import { folderFiles } from "../files/folderFiles.js";
import type { Decision, Ledger, Others, TrialFiles } from "../ledger.js";
import type { StudyHeader } from "../openStudy.js";
import type { StorageSettings } from "../options.js";
import { Beats } from "./beats.js";
import { type Client, Database } from "./database.node.js";
import { databaseFiles } from "./databaseFiles.js";
import { openTables } from "./openTables.js";
import { loadPackages } from "./packages.node.js";
import type { WakeQueue } from "./wakeQueue.js";

export interface PostgresStudy {
  readonly storage: StorageSettings;
  readonly name: string;
  readonly folder: string | undefined;
  readonly header: StudyHeader;
}

/**
 * A study's events in a PostgreSQL database, where others may add to them at any moment.
 *
 * @throws ImagoError where the study there was begun with other options, where there is no server, and where packages are missing
 */
export async function openPostgresLedger(where: string, given: PostgresStudy): Promise<Ledger> {
  const { storage, name, folder, header } = given;
  const packages = await loadPackages(where);
  const { patience } = storage;
  const database = new Database(where, packages, storage.url, { max: 2, patience });
  const beating = new Database(where, packages, storage.url, { max: 1, patience: 0 });
  try {
    await database.reach();
    const { study, queue, begun } = await openTables(where, packages, database, { name, header });
    checkHeader(`${where}: ${database.shown}: ${name}`, begun, header, "under another name");
    const beats = new Beats(beating, study, storage);
    const files = folder === undefined ? databaseFiles(database, study) : folderFiles(join(folder, "trials"));
    return new PostgresLedger({ database, beating, study, queue, beats, files, storage });
  } catch (error) {
    await Promise.all([database.close(), beating.close()]);
    throw error;
  }
}

interface Parts {
  readonly database: Database;
  readonly beating: Database;
  readonly study: number;
  readonly queue: WakeQueue;
  readonly beats: Beats;
  readonly files: TrialFiles;
  readonly storage: StorageSettings;
}

interface Row {
  readonly token: string;
  readonly body: StudyEvent;
}

class PostgresLedger implements Ledger {
  readonly lasts = true;
  readonly problems: readonly string[] = [];
  readonly files: TrialFiles;
  readonly others: Others;
  readonly #parts: Parts;
  readonly #worker = `${hostname()} ${process.pid}`;
  /** The number of the last event that is known here. */
  #known = 0;
  #last: Promise<unknown> = Promise.resolve();
  /** Jobs that were taken for trials that are still to be asked for. */
  #jobs = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.files = parts.files;
    this.others = {
      ahead: parts.storage.ahead,
      watch: (watcher) => parts.beats.watch(watcher),
      wait: (signal) => this.#wait(signal),
      hurry: (isHurried) => parts.database.hurry(isHurried),
    };
  }

  transact<T>(
    decide: (news: readonly StudyEvent[]) => Decision<T>,
    count: (events: readonly StudyEvent[]) => void,
  ): Promise<T> {
    const turn = this.#last.then(() => this.#write(decide, count));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    const { database, beating, queue, beats } = this.#parts;
    await this.#last;
    await beats.close();
    await queue.close();
    await Promise.all([database.close(), beating.close()]);
  }

  async #write<T>(
    decide: (news: readonly StudyEvent[]) => Decision<T>,
    count: (events: readonly StudyEvent[]) => void,
  ): Promise<T> {
    // By this it is recognised where the answer to COMMIT was lost.
    const token = crypto.randomUUID();
    const decided = await this.#parts.database.transaction(this.#deciding(token, decide));
    count(decided.events);
    this.#known += decided.events.length;
    this.#follow(decided.events);
    return decided.result;
  }

  #deciding<T>(token: string, decide: (news: readonly StudyEvent[]) => Decision<T>) {
    let sent: Decision<T> | undefined;
    return async (client: Client): Promise<Decision<T>> => {
      const news = await this.#news(client);
      // Nobody can have written between what was known and this, as the row of the study was locked.
      if (sent !== undefined && news[0]?.token === token) return sent;
      sent = undefined;
      this.#known += news.length;
      const decided = decide(news.map(({ body }) => decodeEvent(body)));
      if (decided.events.length > 0) await this.#append(client, token, decided.events);
      sent = decided;
      return decided;
    };
  }

  /** Locks the study's row until the transaction ends, and reads what is not known yet. */
  async #news(client: Client): Promise<readonly Row[]> {
    const { study } = this.#parts;
    const lock = "SELECT events FROM imago.study WHERE id = $1 FOR UPDATE";
    const { rows } = await client.query<{ readonly events: number }>(lock, [study]);
    if (rows[0]?.events === this.#known) return [];
    const news = await client.query<Row>(
      "SELECT token, body FROM imago.event WHERE study = $1 AND n > $2 ORDER BY n",
      [study, this.#known],
    );
    return news.rows;
  }

  async #append(client: Client, token: string, events: readonly StudyEvent[]): Promise<void> {
    const { study, queue } = this.#parts;
    const bodies = events.map((event) => JSON.stringify(encodeEvent(event)));
    await client.query(
      `WITH added AS (
         INSERT INTO imago.event (study, n, token, body)
         SELECT $1::int, $2::int + given.place, $3::uuid, given.body::json
         FROM unnest($4::text[]) WITH ORDINALITY AS given (body, place)
       )
       UPDATE imago.study SET events = $2::int + cardinality($4::text[]) WHERE id = $1::int`,
      [study, this.#known, token, bodies],
    );
    await this.#markAttempts(client, events);
    await queue.send(client, events.filter(waits).length);
  }

  /** An attempt has its row from its begin to its end, whoever writes that. */
  async #markAttempts(client: Client, events: readonly StudyEvent[]): Promise<void> {
    const { study } = this.#parts;
    for (const event of events) {
      const attempt = begun(event) ?? ended(event);
      if (attempt === undefined) continue;
      const key = [study, attempt.trial, attempt.attempt];
      if (begun(event) !== undefined) {
        await client.query(
          "INSERT INTO imago.attempt (study, trial, attempt, worker) VALUES ($1, $2, $3, $4)",
          [...key, this.#worker],
        );
      } else {
        await client.query("DELETE FROM imago.attempt WHERE study = $1 AND trial = $2 AND attempt = $3", key);
      }
    }
  }

  #follow(events: readonly StudyEvent[]): void {
    const { beats } = this.#parts;
    for (const event of events) {
      const [start, end] = [begun(event), ended(event)];
      if (start !== undefined) {
        beats.hold(start);
        if (event.t === "attempt") this.#takeJob();
      } else if (end !== undefined) beats.release(end);
    }
  }

  /** Whoever goes on with a trial that waited has a job, or takes one now, so that they do not pile up. */
  #takeJob(): void {
    if (this.#jobs > 0) this.#jobs--;
    else void this.#parts.queue.take();
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const { queue, storage } = this.#parts;
    const until = performance.now() + storage.look;
    while (signal?.aborted !== true) {
      const left = until - performance.now();
      if (left <= 0 || (await this.#isQuiet())) return;
      if (await queue.take()) {
        this.#jobs++;
        return;
      }
      await pause(Math.min(1000, left), signal);
    }
  }

  /** Whether nobody evaluates anything any more. Without the lock, for which those stand in line who have something to write. */
  async #isQuiet(): Promise<boolean> {
    const { database, study } = this.#parts;
    const text = "SELECT FROM imago.attempt WHERE study = $1 LIMIT 1";
    return database.queryOnce(text, [study]).then(
      (rows) => rows.length === 0,
      () => false,
    );
  }
}

const begun = (event: StudyEvent) =>
  event.t === "attempt" || (event.t === "ask" && event.waits !== true)
    ? { trial: event.trial, attempt: event.t === "attempt" ? event.attempt : 1 }
    : undefined;

const ended = (event: StudyEvent) =>
  event.t === "tell" || event.t === "pause" || event.t === "lost"
    ? { trial: event.trial, attempt: event.attempt }
    : undefined;

const waits = (event: StudyEvent): boolean =>
  event.t === "lost" || event.t === "enqueue" || (event.t === "ask" && event.waits === true);

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
  });
}
