/**
 * Kills workers of studies on PostgreSQL at random moments, whole ones and the processes that evaluate their trials; cuts
 * connections, and restarts the server now and then. Checks of each study that no result that was acknowledged is lost or changed,
 * that no trial is left running, that each has one result, the one that it has when it is left alone, and that the totals are right.
 *
 *     npx tsx scripts/kill-postgres.ts [KILLS] [SEED] [WORKERS] [TRIALS]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  findPostgres,
  type PostgresServer,
  startPostgres,
} from "../src/methods/tune/testing/postgresServer.js";
import { space } from "../src/methods/tune/testing/quadratic.objective.js";
import { type StartedWorker, sleep, startWorker } from "../src/methods/tune/testing/startWorker.js";
import { openStudy, type StorageOptions, type TrialRecord } from "../src/tune.js";
import { kill, numbers, workersOf } from "./killing.js";

const script = fileURLToPath(new URL("../src/methods/tune/testing/quadratic.objective.ts", import.meta.url));

interface Counts {
  workers: number;
  evaluators: number;
  cuts: number;
  restarts: number;
}

interface Scene {
  readonly server: PostgresServer;
  readonly storage: StorageOptions;
  readonly chance: () => number;
  readonly counts: Counts;
  readonly kills: number;
  readonly folder: string;
}

const killsOf = ({ workers, evaluators }: Counts): number => workers + evaluators;

/** Something that goes wrong. @returns how long the next one is to be waited for */
async function strike({ server, chance, counts }: Scene, workers: readonly StartedWorker[]): Promise<number> {
  const what = chance();
  const at = workers[Math.floor(chance() * workers.length)];
  if (what < 0.08) {
    counts.restarts++;
    await server.stop(chance() < 0.5 ? "immediate" : "fast");
    await sleep(chance() * 500);
    await server.start();
  } else if (what < 0.25) {
    const rows = await server.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'imago' AND random() < 0.5",
    );
    counts.cuts += rows.length;
  } else if (at !== undefined && at.child.pid !== undefined && at.child.exitCode === null) {
    const evaluators = workersOf(at.child.pid);
    const one = chance() < 0.4 ? evaluators[Math.floor(chance() * evaluators.length)] : undefined;
    if (one === undefined) counts.workers++;
    else counts.evaluators++;
    kill(one ?? at.child.pid);
  }
  return 200 + chance() * 900;
}

/** Workers on one study, each replaced when it was killed, until it is over. @returns what they said */
async function struggle(scene: Scene, name: string, trials: number, count: number): Promise<string[]> {
  const said: StartedWorker[] = [];
  const begin = (): StartedWorker => {
    const log = join(scene.folder, `log-${name}`);
    const given = { storage: scene.storage, name, trials, parallel: 2 };
    const worker = startWorker(given, { pauses: 25, log });
    said.push(worker);
    return worker;
  };
  let working = Array.from({ length: count }, begin);
  for (let wait = 1500; ; ) {
    await sleep(wait);
    const isDone = (worker: StartedWorker): boolean => /^done$/m.test(worker.output());
    if (working.every(isDone)) break;
    for (const worker of working) {
      const { exitCode } = worker.child;
      if (exitCode !== null && exitCode !== 0)
        throw new Error(`A worker failed by itself:\n${worker.output()}`);
    }
    working = working.map((worker) => (worker.child.signalCode === null ? worker : begin()));
    const isEnough = killsOf(scene.counts) >= scene.kills;
    wait = isEnough
      ? 300
      : await strike(
          scene,
          working.filter((worker) => !isDone(worker)),
        );
  }
  await Promise.all(working.map(({ over }) => over));
  return said.flatMap((worker) => worker.output().split("\n"));
}

/** @returns what is wrong */
async function check(
  { server, storage }: Scene,
  name: string,
  lines: readonly string[],
  alone: readonly TrialRecord[],
): Promise<string[]> {
  const study = await openStudy({ space, seed: 8, sampler: "random", storage, name });
  const all = study.trials;
  const wrong: string[] = [];
  if (all.length !== alone.length) wrong.push(`there are ${all.length} trials, not ${alone.length}`);
  for (const { number, state, value, reports, reason } of all) {
    const is = JSON.stringify([state, value, reports]);
    const other = alone[number];
    const was = JSON.stringify([other?.state, other?.value, other?.reports]);
    if (is !== was) wrong.push(`trial ${number} is ${is} (${reason}), and ${was} when it is left alone`);
  }
  if (new Set(study.order).size !== study.order.length || study.order.length !== alone.length) {
    wrong.push(`${study.order.length} results for ${alone.length} trials`);
  }
  const acknowledged = lines
    .filter((line) => line.startsWith("ended "))
    .map((line) => JSON.parse(line.slice(6)));
  for (const [number, state, value] of acknowledged as [number, string, number][]) {
    const record = all[number];
    if (record?.state === state && record.value === value) continue;
    wrong.push(`trial ${number} was acknowledged as ${state} with ${value}, and is ${record?.state}`);
  }
  const [rows] = await server.query<{
    readonly tells: number;
    readonly trials: number;
    readonly left: number;
  }>(
    `SELECT count(*)::int AS tells, count(DISTINCT body->>'trial')::int AS trials,
       (SELECT count(*)::int FROM imago.attempt WHERE study = one.id) AS left
     FROM imago.study AS one JOIN imago.event ON study = one.id AND body->>'t' = 'tell'
     WHERE name = $1 GROUP BY one.id`,
    [name],
  );
  if (rows?.tells !== alone.length || rows.trials !== alone.length || rows.left !== 0) {
    wrong.push(`in the database there are ${JSON.stringify(rows)}`);
  }
  await study.close();
  return wrong;
}

async function main(kills: number, seed: number, workers: number, trials: number): Promise<void> {
  const found = findPostgres();
  if ("why" in found) throw new Error(found.why);
  const server = await startPostgres(found.bin);
  const folder = mkdtempSync(join(tmpdir(), "imago-kill-"));
  const counts: Counts = { workers: 0, evaluators: 0, cuts: 0, restarts: 0 };
  const storage = { url: server.url, beat: 200, lostAfter: 1500, look: 500, patience: 60_000 };
  const scene = { server, storage, chance: numbers(seed), counts, kills, folder };
  const alone = await openStudy({ space, seed: 8, sampler: "random" });
  await alone.run({ script }, { trials });
  try {
    for (let study = 0; killsOf(counts) < kills; study++) {
      const lines = await struggle(scene, `study-${study}`, trials, workers);
      const wrong = await check(scene, `study-${study}`, lines, alone.trials);
      if (wrong.length > 0) throw new Error(`study ${study}:\n${wrong.join("\n")}`);
      console.log(
        `study ${study}: right after ${killsOf(counts)} kills (${counts.workers} of workers, ${counts.evaluators} of evaluators), ` +
          `${counts.cuts} cut connections, ${counts.restarts} restarts of the server`,
      );
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [kills = "50", seed = "1", workers = "3", trials = "40"] = process.argv.slice(2);
await main(Number(kills), Number(seed), Number(workers), Number(trials));
