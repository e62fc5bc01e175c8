import type PgBoss from "pg-boss";
import type { Client, Database } from "./database.node.js";
import type { Packages } from "./packages.node.js";

/** A job says no more than that a trial waits; which one, the study knows. */
const kept = { retentionDays: 365, expireInMinutes: 15, retryLimit: 5 } as const;

/**
 * Wakes workers that have nothing to do: a job of pg-boss for each trial that waits. Nothing depends on it. A job that is lost costs
 * a while, as workers look by themselves too; one too many is thrown away by whoever finds nothing.
 */
export class WakeQueue {
  readonly #boss: PgBoss;
  readonly #name: string;

  private constructor(boss: PgBoss, name: string) {
    this.#boss = boss;
    this.#name = name;
  }

  /** Makes pg-boss's tables and the study's queue where they are not there; by one process at a time. */
  static async open({ PgBoss }: Packages, database: Database, study: number): Promise<WakeQueue> {
    const db = {
      executeSql: async (text: string, values?: unknown[]) => ({
        // Without values it may be several statements, which are answered by several results; none of those is asked for rows.
        rows: await database.queryOnce<object>(text, values),
      }),
    };
    // Jobs are deleted as soon as somebody has them, so there is nothing to maintain.
    const boss = new PgBoss({ db, supervise: false, schedule: false });
    boss.on("error", () => {});
    await boss.start();
    const name = `imago-study-${study}`;
    if ((await boss.getQueue(name)) === null) await boss.createQueue(name, { name, policy: "standard" });
    return new WakeQueue(boss, name);
  }

  /** Within somebody's transaction. */
  async send(client: Client, count: number): Promise<void> {
    const db = {
      executeSql: async (text: string, values: unknown[]) => ({
        rows: (await client.query<object>(text, values)).rows,
      }),
    };
    for (let sent = 0; sent < count; sent++) await this.#boss.send(this.#name, {}, { ...kept, db });
  }

  /** @returns whether there was a job, which is over by that. What hinders it counts as none */
  async take(): Promise<boolean> {
    try {
      const [job] = await this.#boss.fetch(this.#name);
      if (job === undefined) return false;
      // From here on the study's own signs of life count: those of pg-boss would end with the job's time.
      await this.#boss.deleteJob(this.#name, job.id);
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false, wait: false }).catch(() => {});
  }
}
