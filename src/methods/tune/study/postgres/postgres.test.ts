import type { ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tensor } from "../../../../engine/tensor/tensor.js";
import { dense } from "../../../../nn/layers/core/dense.js";
import { sequential } from "../../../../nn/models/sequential.js";
import { asha, float, openStudy, type StudyOptions, type Trial } from "../../index.js";
import { found, quick, space, value } from "../../testing/onPostgres.js";
import { type PostgresServer, startPostgres } from "../../testing/postgresServer.js";
import type { PostgresWorker } from "../../testing/postgresWorker.js";
import { objective as quadratic, space as quadraticSpace } from "../../testing/quadratic.objective.js";
import { sleep, startWorker } from "../../testing/startWorker.js";

// A process that is suspended while it has the lock keeps it for ten seconds.
describe.skipIf("why" in found)("a study on PostgreSQL", { timeout: 60_000 }, () => {
  let server: PostgresServer;
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    server = await startPostgres("bin" in found ? found.bin : "");
    folder = await mkdtemp(join(tmpdir(), "imago-"));
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (name: string, options: Partial<StudyOptions<typeof space>> = {}) =>
    openStudy({ space, seed: 4, storage: quick(server.url), name, ...options });
  const openQuadratic = (name: string, options: { readonly folder?: string } = {}) =>
    openStudy({
      space: quadraticSpace,
      seed: 8,
      sampler: "random",
      storage: quick(server.url),
      name,
      ...options,
    });
  const alone = async (trials: number) => {
    const study = await openStudy({ space: quadraticSpace, seed: 8, sampler: "random" });
    await study.run((trial) => quadratic(trial), { trials });
    return study.trials.map((trial) => [trial.value, trial.reports]);
  };

  const start = (given: Omit<PostgresWorker, "storage">, pauses: number) => {
    const worker = startWorker(
      { storage: quick(server.url), ...given },
      { pauses, log: join(folder, `log-${given.name}`) },
    );
    children.push(worker.child);
    return worker;
  };

  it("comes to the trials of one in memory, opened again and again", async () => {
    const whole = await openStudy({ space, seed: 4 });
    await whole.run(value, { trials: 25 });
    for (const trials of [7, 8, 25]) {
      const study = await open("again");
      await study.run(value, { trials });
      expect(study.count).toBe(trials);
      await study.close();
    }
    const study = await open("again");
    expect(study.trials).toEqual(whole.trials);
    expect(study.order).toEqual(whole.order);
    await study.close();
  });

  it("pauses and promotes, with checkpoints in the database", async () => {
    const options = { space: quadraticSpace, pruner: asha(), seed: 2, sampler: "random" } as const;
    const study = await openStudy({ ...options, storage: quick(server.url), name: "asha" });
    await study.run((trial) => quadratic(trial), { trials: 9 });
    const memory = await openStudy(options);
    await memory.run((trial) => quadratic(trial), { trials: 9 });
    expect(study.trials).toEqual(memory.trials);
    const [{ count } = { count: 0 }] = await server.query<{ count: number }>(
      "SELECT count(DISTINCT place)::int AS count FROM imago.file",
    );
    expect(count).toBe(study.trials.filter(({ state }) => state === "paused").length);
    await study.close();
  });

  it("refuses another space, other options, and what goes not together", async () => {
    await (await open("spaces")).close();
    await expect(
      openStudy({ space: { ...space, x: float(-2, 1) }, seed: 4, storage: server.url, name: "spaces" }),
    ).rejects.toThrow('spaces: the space is another: "x" was float(-1, 1) and is now float(-2, 1).');
    await expect(open("spaces", { seed: 5 })).rejects.toThrow(
      "spaces: the study there was begun with seed 4, and is opened with 5. Open it as it was, or begin a new study under another name.",
    );
    await expect(openStudy({ name: "x" })).rejects.toThrow(
      "and there is no storage. Give storage, or leave out name.",
    );
    await expect(openStudy({ storage: "mysql://x" })).rejects.toThrow(
      "storage must be a URL such as postgres://",
    );
    await expect(openStudy({ storage: { url: server.url, beet: 3 } as never })).rejects.toThrow("beat");
    await expect(openStudy({ storage: { url: server.url, lostAfter: 20_000 } })).rejects.toThrow(
      "openStudy: storage: lostAfter must be at least twice beat, received 20000 and 15000.",
    );
    await expect(
      openStudy({ storage: { url: "postgres://me:secret@127.0.0.1:1/x", patience: 100 } }),
    ).rejects.toThrow(
      "openStudy: postgres://me:***@127.0.0.1:1/x cannot be reached: connect ECONNREFUSED 127.0.0.1:1. Expected a PostgreSQL server",
    );
    await expect(openStudy({ storage: server.url.replace("/postgres", "/none") })).rejects.toThrow("none");
  });

  it("is worked on by two processes at once, to its total", async () => {
    const workers = [1, 2].map(() => start({ name: "two", trials: 16, parallel: 2 }, 15));
    expect(await Promise.all(workers.map(({ over }) => over))).toEqual([0, 0]);
    const study = await openQuadratic("two");
    expect(study.trials.map(({ state }) => state)).toEqual(Array(16).fill("complete"));
    expect([...study.order].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, number) => number));
    expect(study.trials.map((trial) => [trial.value, trial.reports])).toEqual(await alone(16));
    const said = workers.map(({ output }) => output()).join("");
    expect(said.match(/^ended/gm)).toHaveLength(16);
    await study.close();
  });

  it("gives a killed worker's trial to another, which goes on from its checkpoint", async () => {
    const first = start({ name: "killed", trials: 2 }, 80);
    await first.says(/^begun 0/m);
    const study = await openQuadratic("killed");
    while ((study.record(0)?.reports.length ?? 0) < 5) {
      await study.ask({ begin: false });
      await sleep(30);
    }
    first.child.kill("SIGKILL");
    const second = start({ name: "killed", trials: 2 }, 0);
    expect(await second.over).toBe(0);
    await study.ask({ begin: false });
    expect(study.trials.map((trial) => [trial.value, trial.reports])).toEqual(await alone(2));
    expect(study.record(0)?.attempts).toBe(2);
    expect(await readFile(second.log, "utf8")).toMatch(/^0 2 from [46]$/m);
    await study.close();
  });

  it("takes no result of a worker that was suspended until its trial was given away", async () => {
    const first = start({ name: "asleep", trials: 1 }, 80);
    await first.says(/^begun 0/m);
    await sleep(250);
    first.child.kill("SIGSTOP");
    const second = start({ name: "asleep", trials: 1 }, 0);
    expect(await second.over).toBe(0);
    expect(second.output()).toMatch(/^ended \[0,"complete"/m);
    first.child.kill("SIGCONT");
    expect(await first.over).toBe(0);
    const lines = first.output().trim().split("\n");
    expect(lines.at(-1)).toBe("done");
    const study = await openQuadratic("asleep");
    expect(study.order).toEqual([0]);
    expect(study.record(0)).toMatchObject({ attempts: 2, state: "complete" });
    await study.close();
  });

  it("gives its trials back when a worker is told to end", async () => {
    const worker = start({ name: "ended", trials: 4, parallel: 2 }, 100);
    await worker.says(/^begun 1/m);
    worker.child.kill("SIGTERM");
    expect(await worker.over).toBe(0);
    const study = await openQuadratic("ended");
    expect(study.trials.slice(0, 2)).toMatchObject(
      Array(2).fill({ state: "waiting", reason: "it was told to end" }),
    );
    await study.close();
  });

  it("proposes ahead, and wakes who has nothing to do", async () => {
    const storage = { ...quick(server.url), ahead: 5, look: 20_000 };
    const [a, b] = [await open("ahead", { storage }), await open("ahead", { storage })];
    const trial = await a.ask({ trials: 4 });
    expect(a.trials.map(({ state }) => state)).toEqual(["running", "waiting", "waiting", "waiting"]);
    await a.tell(trial!, 1);
    await Promise.all([a, b].map((one) => one.run(value, { trials: 20 })));
    expect([...a.order].sort((one, two) => one - two)).toEqual(
      Array.from({ length: 20 }, (_, number) => number),
    );
    expect(a.trials.every(({ attempts }) => attempts === 1)).toBe(true);
    await Promise.all([a, b].map((one) => one.run(value, { trials: 30, parallel: 16 })));
    expect(new Set(a.order).size).toBe(30);
    // One waits for the other's trial, and is woken by its loss, long before it would look.
    const left = await a.ask();
    const began = performance.now();
    const waiting = b.run(value, { trials: 31 });
    await sleep(300);
    await a.giveBack(left!, "no time");
    await waiting;
    expect(performance.now() - began).toBeLessThan(5000);
    const jobs = await server.query("SELECT name FROM pgboss.job WHERE state <> 'created'");
    expect(jobs).toEqual([]);
    for (const one of [a, b]) await one.close();
  });

  it("keeps the models of the best, and ends the search, for whoever opens it", async () => {
    const study = await open("models", { keepModels: 2 });
    const objective = async (trial: Trial<{ readonly x: number; readonly kind: string }>) => {
      const net = sequential([{ inputShape: [1] }, dense({ units: 1, name: "line", useBias: false })]);
      net.getLayer("line").setWeights([tensor([[trial.params.x]])]);
      await trial.keep(net);
      await net.dispose();
      return value(trial);
    };
    await study.run(objective, { trials: 6 });
    const ending = await study.finish({ objective, repeats: 1, candidates: 2 });
    const other = await open("models", { keepModels: 2 });
    expect(other.ending).toEqual(ending);
    expect(other.trials.filter(({ model }) => model !== undefined)).toHaveLength(2);
    const model = await other.model();
    expect(model.getLayer("line").getWeights()[0]?.item()).toBe(Math.fround(other.best?.params.x ?? 0));
    const places = await server.query(
      "SELECT DISTINCT study, place FROM imago.file WHERE place LIKE '%model%'",
    );
    expect(places).toHaveLength(2);
    for (const one of [study, other]) await one.close();
  });

  it("keeps files in a folder that all see", async () => {
    const study = await openQuadratic("folder", { folder: join(folder, "files") });
    const trial = await study.ask();
    await trial?.save({ sum: new Uint8Array(8) }, 1);
    expect(await readdir(join(folder, "files", "trials", "0"))).toEqual(["step-1-1"]);
    expect((await trial?.checkpoint())?.files.sum).toHaveLength(8);
    await study.close();
  });
});
