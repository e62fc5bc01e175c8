import { hostname } from "node:os";
import { join } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { checkHeader } from "../checkHeader.js";
import { decodeEvent, encodeEvent, type StudyEvent } from "../events.js";
import { folderFiles } from "../files/folderFiles.js";
import type { Decision, Ledger, Others, TrialFiles } from "../ledger.js";
import type { StudyHeader } from "../openStudy.js";
import type { StorageSettings } from "../options.js";
import { pause } from "../pause.js";
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
    return new PostgresLedger({ where, database, beating, study, queue, beats, files, storage });
  } catch (error) {
    await Promise.all([database.close(), beating.close()]);
    throw error;
  }
}

interface Parts {
  readonly where: string;
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

/** Keeps the locks of studies apart from those that others have by their numbers. */
const lockSpace = 727_281_002;

class PostgresLedger implements Ledger {
  readonly lasts = true;
  readonly problems: readonly string[] = [];
  readonly files: TrialFiles;
  readonly others: Others;
  readonly #parts: Parts;
  readonly #worker = `${hostname()} ${process.pid}`;
  /** The number of the last event that is known here. */
  #known = 0;
  /** Of which transaction it was. */
  #knownToken: string | undefined;
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
    const decided = await this.#parts.database.whole(this.#deciding(token, decide));
    count(decided.events);
    this.#known += decided.events.length;
    if (decided.events.length > 0) this.#knownToken = token;
    this.#follow(decided.events);
    return decided.result;
  }

  /** In two questions to the server, as all others wait from the answer to the first to the end of the second. */
  #deciding<T>(token: string, decide: (news: readonly StudyEvent[]) => Decision<T>) {
    let sent: Decision<T> | undefined;
    return async (client: Client): Promise<Decision<T>> => {
      const news = await this.#beginWithNews(client);
      // Nobody can have written between what was known and this, as the study was locked.
      if (sent !== undefined && news[0]?.token === token) {
        await client.query("COMMIT");
        return sent;
      }
      sent = undefined;
      this.#known += news.length;
      this.#knownToken = news.at(-1)?.token ?? this.#knownToken;
      const decided = decide(news.map(({ body }) => decodeEvent(body)));
      const jobs = decided.events.filter(waits).length;
      if (jobs > 0) await this.#parts.queue.send(client, jobs);
      const writing = this.#writing(client, token, decided.events);
      sent = decided;
      await client.query([...writing, "COMMIT"].join(";\n"));
      return decided;
    };
  }

  /**
   * Locks the study until the transaction ends, and reads what is not known yet. By an advisory lock, which is given in the order in
   * which it was asked for; the lock of a row is fought for by all who wait, which takes the longer the more they are.
   */
  async #beginWithNews(client: Client): Promise<readonly Row[]> {
    const { study } = this.#parts;
    const results: unknown = await client.query(
      `BEGIN;
       SELECT pg_advisory_xact_lock(${lockSpace}, ${study});
       SELECT token, body FROM imago.event WHERE study = ${study} AND n >= ${this.#known} ORDER BY n`,
    );
    // Several statements have several results.
    const rows = (results as readonly { readonly rows: readonly Row[] }[]).at(-1)?.rows ?? [];
    if (this.#known === 0) return rows;
    if (rows[0]?.token !== this.#knownToken) throw this.#wentBack();
    return rows.slice(1);
  }

  /** What was built on what is gone would contradict what others know. */
  #wentBack(): ImagoError {
    const { where, database } = this.#parts;
    return new ImagoError(
      `${where}: ${database.shown}: event ${this.#known} of the study is gone, or is another than it was.`,
      { help: "The database was put back to an earlier state, as from a backup; open the study again." },
    );
  }

  #writing(client: Client, token: string, events: readonly StudyEvent[]): string[] {
    if (events.length === 0) return [];
    const { study } = this.#parts;
    const rows = events.map((event, place) => {
      const body = client.escapeLiteral(JSON.stringify(encodeEvent(event)));
      return `(${study}, ${this.#known + place + 1}, '${token}', ${body})`;
    });
    return [
      `INSERT INTO imago.event (study, n, token, body) VALUES ${rows.join(",\n")}`,
      ...events.flatMap((event) => this.#marking(client, event)),
    ];
  }

  /** An attempt has its row from its begin to its end, whoever writes that. */
  #marking(client: Client, event: StudyEvent): string[] {
    const { study } = this.#parts;
    const [start, end] = [begun(event), ended(event)];
    if (start !== undefined) {
      const worker = client.escapeLiteral(this.#worker);
      return [
        `INSERT INTO imago.attempt (study, trial, attempt, worker) VALUES (${study}, ${start.trial}, ${start.attempt}, ${worker})`,
      ];
    }
    if (end === undefined) return [];
    const isOver = event.t === "tell";
    return [
      `DELETE FROM imago.attempt WHERE study = ${study} AND trial = ${end.trial} AND attempt = ${end.attempt}`,
      // Those too that a worker wrote and was killed before it could say so.
      ...(isOver
        ? [`DELETE FROM imago.file WHERE study = ${study} AND place LIKE '${end.trial}/step-%'`]
        : []),
    ];
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
      // First, as whoever waits has just asked.
      await pause(Math.min(1000, storage.look), signal);
      if (performance.now() >= until || (await this.#isQuiet())) return;
      if (await queue.take()) {
        this.#jobs++;
        return;
      }
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
