import type { Pool, PoolClient, PoolConfig } from "pg";
import { ImagoError, messageOf } from "../../../../engine/errors.js";
import { pause } from "../pause.js";
import type { Packages } from "./packages.node.js";
import { codeOf, delayOf, isPassing } from "./passing.js";

export type Client = Pick<PoolClient, "query" | "escapeLiteral">;

/** Why a first connection fails that no waiting mends. */
const hopeless: ReadonlySet<string> = new Set(["ENOTFOUND", "ENOENT"]);

/** Milliseconds for which a first connection is tried: longer than a restart takes, and no longer than a typing error deserves. */
const firstPatience = 5000;

/** Milliseconds for which a server may be away that a process which is about to end still wants something of. */
const hurried = 5000;

/** A URL as it may be shown: without its password. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:/@]*):[^@]*@/i, "$1:***@").replace(/([?&]password=)[^&]*/gi, "$1***");
}

/** Connections to a server, and the one way to do something there: whole, or once more. */
export class Database {
  readonly shown: string;
  readonly #where: string;
  readonly #pool: Pool;
  readonly #patience: number;
  #isHurried = false;

  /** @param patience milliseconds for which a server may be away */
  constructor(where: string, { pg }: Packages, url: string, { max, patience }: DatabaseSizes) {
    this.#where = where;
    this.shown = shownUrl(url);
    this.#patience = patience;
    const config: PoolConfig = {
      ...{ connectionString: url, max, application_name: "imago", keepAlive: true },
      ...{ connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000, allowExitOnIdle: true },
      // A process that is suspended while it changes something must not hold up all others.
      ...{ idle_in_transaction_session_timeout: 10_000, statement_timeout: 60_000, query_timeout: 90_000 },
    };
    this.#pool = new pg.Pool(config);
    // What is at work with it learns by its query; what lies idle is replaced.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  /**
   * Does something as one transaction; again as a whole where the connection or others at work hindered it.
   *
   * @param work may be called several times. That it is called again does not say that nothing came of it before: the answer to
   *   COMMIT may have been lost
   *
   * @throws ImagoError where the server is away for longer than patience lasts; what `work` throws
   */
  transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.whole(async (client) => {
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      return result;
    });
  }

  /** As `transaction`, where `work` begins and commits by itself. */
  whole<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.#insist(() => this.#once(work));
  }

  /** One statement, by itself; only for such as may be done twice. */
  query<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    return this.#insist(() => this.queryOnce<R>(text, values));
  }

  /** The same, and once alone. @throws what the driver does */
  async queryOnce<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#pool.query<R>(text, values)).rows;
  }

  /** Sees that there is a server. @throws ImagoError where there is none, saying where and why */
  async reach(): Promise<void> {
    const began = performance.now();
    for (let tries = 0; ; tries++) {
      try {
        await this.#pool.query("SELECT 1");
        return;
      } catch (error) {
        const isWaiting = isPassing(error) && !hopeless.has(codeOf(error) ?? causes(error));
        if (isWaiting && performance.now() - began < Math.min(this.#patience, firstPatience)) {
          await pause(delayOf(tries));
          continue;
        }
        throw new ImagoError(`${this.#where}: ${this.shown} cannot be reached: ${words(error)}.`, {
          help: "Expected a PostgreSQL server from version 13 on; see that it runs, and that the URL has its host, user, password and database.",
          cause: error,
        });
      }
    }
  }

  /** Insists on nothing for long while there is a hurry, what is under way included. */
  hurry(isHurried: boolean): void {
    this.#isHurried = isHurried;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #insist<T>(action: () => Promise<T>): Promise<T> {
    const began = performance.now();
    for (let tries = 0; ; tries++) {
      try {
        return await action();
      } catch (error) {
        if (!isPassing(error)) throw error;
        const waited = performance.now() - began;
        if (waited > Math.min(this.#patience, this.#isHurried ? hurried : Number.POSITIVE_INFINITY)) {
          throw new ImagoError(
            `${this.#where}: ${this.shown} was away for ${Math.round(waited / 1000)} s: ${words(error)}.`,
            {
              help: "What was acknowledged is kept there. Go on when the server is back; patience, in milliseconds, says how long to wait for it.",
              cause: error,
            },
          );
        }
        await pause(delayOf(tries));
      }
    }
  }

  async #once<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      // The server takes back what a connection had not committed when it ends.
      broken = isPassing(error);
      if (!broken) await client.query("ROLLBACK").catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

export interface DatabaseSizes {
  /** Connections at most. */
  readonly max: number;
  readonly patience: number;
}

const words = (error: unknown): string =>
  error instanceof AggregateError && error.errors.length > 0
    ? messageOf(error.errors[0])
    : messageOf(error).replace(/\.$/, "");

const causes = (error: unknown): string =>
  error instanceof AggregateError ? (codeOf(error.errors[0]) ?? "") : "";
