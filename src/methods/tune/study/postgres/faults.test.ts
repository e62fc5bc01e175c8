import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStudy, type StudyOptions } from "../../index.js";
import { openLossyProxy } from "../../testing/lossyProxy.js";
import { found, quick, space, value } from "../../testing/onPostgres.js";
import { type PostgresServer, startPostgres } from "../../testing/postgresServer.js";
import { sleep } from "../../testing/startWorker.js";

describe.skipIf("why" in found)("a study whose PostgreSQL fails", { timeout: 60_000 }, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres("bin" in found ? found.bin : "");
  }, 60_000);
  afterAll(() => server?.close());

  const open = (name: string, options: Partial<StudyOptions<typeof space>> = {}) =>
    openStudy({ space, seed: 4, storage: quick(server.url), name, ...options });

  it("is none the worse for connections that are cut", async () => {
    const study = await open("cut");
    let cuts = 0;
    let isOver = false;
    const cut = async (): Promise<void> => {
      while (!isOver) {
        const rows = await server.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'imago'",
        );
        cuts += rows.length;
        // Longer and longer, so that everything is done one day, however slow the machine is.
        await sleep(20 + 3 * cuts);
      }
    };
    const cutting = cut();
    await study.run(value, { trials: 25 });
    await study.run(
      async (trial) => {
        await trial.save({ long: new Uint8Array(2_500_000).fill(7), none: new Uint8Array(0) }, 1);
        const files = (await trial.checkpoint())?.files;
        expect([files?.long?.length, files?.long?.[2_400_000], files?.none?.length]).toEqual([
          2_500_000, 7, 0,
        ]);
        return value(trial);
      },
      { trials: 30 },
    );
    isOver = true;
    await cutting;
    expect(cuts).toBeGreaterThan(3);
    const whole = await openStudy({ space, seed: 4 });
    await whole.run(value, { trials: 30 });
    expect(study.trials).toEqual(whole.trials);
    await study.close();
  });

  it("waits for a server that is restarted, as after a power cut", async () => {
    const study = await open("restarted");
    const run = study.run(
      async (trial) => {
        await sleep(20);
        return value(trial);
      },
      { trials: 40 },
    );
    for (const mode of ["immediate", "fast"] as const) {
      await sleep(300);
      await server.stop(mode);
      await sleep(200);
      await server.start();
    }
    await run;
    const whole = await openStudy({ space, seed: 4 });
    await whole.run(value, { trials: 40 });
    expect(study.trials).toEqual(whole.trials);
    expect(new Set(study.order).size).toBe(40);
    await study.close();
  });

  it("knows what it has written when the answer to COMMIT is lost", async () => {
    const proxy = await openLossyProxy(server.url);
    const study = await open("answers", { storage: quick(proxy.url) });
    const other = await open("answers");
    for (let number = 0; number < 6; number++) {
      proxy.lose(1 + (number % 2));
      const trial = await study.ask();
      expect(trial?.number).toBe(2 * number);
      const theirs = await other.ask();
      proxy.lose(1);
      await trial?.report(0.5, 1);
      proxy.lose(1 + (number % 3));
      await study.tell(trial!, number);
      await other.tell(theirs!, 0);
    }
    expect(proxy.lost).toBeGreaterThan(17);
    await study.ask({ begin: false });
    expect(study.trials).toEqual(other.trials);
    expect(study.count).toBe(12);
    const again = await open("answers");
    expect(again.trials).toEqual(study.trials);
    expect(again.order).toEqual(study.order);
    for (const one of [study, other, again]) await one.close();
    proxy.close();
  });

  it("says when the server stays away, and keeps what was acknowledged", async () => {
    const proxy = await openLossyProxy(server.url);
    const study = await open("away", { storage: { ...quick(proxy.url), patience: 300 } });
    const trial = await study.ask();
    proxy.close();
    await expect(study.tell(trial!, 1)).rejects.toThrow(
      /openStudy: postgres:.* was away for \d+ s: .*ECONNREFUSED/,
    );
    await study.close();
    const again = await open("away");
    expect(again.record(0)?.state).toBe("running");
    await again.run(value, { trials: 1 });
    expect(again.record(0)).toMatchObject({ state: "complete", attempts: 2 });
    await again.close();
  });

  it("does not build on what a database has forgotten, and leaves no checkpoints behind", async () => {
    const study = await open("back");
    const trial = await study.ask();
    await trial?.save({ a: new Uint8Array(9) }, 1);
    await server.query("UPDATE imago.file SET place = '0/step-0-1' WHERE place = '0/step-1-1'");
    await study.tell(trial!, 1);
    const of = "study = (SELECT id FROM imago.study WHERE name = 'back')";
    expect(await server.query(`SELECT place FROM imago.file WHERE ${of}`)).toEqual([]);
    await server.query(`DELETE FROM imago.event WHERE n > 2 AND ${of}`);
    await expect(study.ask()).rejects.toThrow(
      /event 4 of the study is gone, or is another than it was. The database was put back/,
    );
    await study.close();
  });

  it("loses nothing when workers are killed at random, connections cut, the server restarted", async () => {
    const program = fileURLToPath(new URL("../../../../../scripts/kill-postgres.ts", import.meta.url));
    const args = ["--import", "tsx", program, "4", "5", "2", "16"];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^study 0: right after \d+ kills/);
  });
});
