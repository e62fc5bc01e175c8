/**
 * Many simulated workers on one study on PostgreSQL: trials that wait and report, and cost nothing. Measures what the study itself
 * takes: how long a report lasts, how long it is from the end of a trial to the begin of the next, and what the server does.
 *
 *     npx tsx scripts/scale-postgres.ts '{"machines":200,"parallel":1}'
 */
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import {
  findPostgres,
  type PostgresServer,
  startPostgres,
} from "../src/methods/tune/testing/postgresServer.js";
import { float, openStudy } from "../src/tune.js";

interface Scale {
  /** Those that have a connection to the server each. */
  readonly machines: number;
  /** Trials beside each other on each. */
  readonly parallel: number;
  /** Node processes among which the machines are divided. */
  readonly processes: number;
  /** In all. */
  readonly trials: number;
  /** Milliseconds that a trial takes, from half of it to as much again, and between its reports. */
  readonly trial: number;
  readonly report: number;
  readonly sampler: "random" | "tpe";
  readonly ahead: number;
}

const usual: Scale = {
  ...{ machines: 200, parallel: 1, processes: 2, trials: 800, trial: 10_000, report: 1000 },
  ...{ sampler: "tpe", ahead: 0 },
};

interface Figures {
  /** Milliseconds. */
  readonly reports: readonly number[];
  readonly between: readonly number[];
  readonly processor: number;
  readonly memory: number;
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Some of the machines, in this process. */
async function work(url: string, scale: Scale, count: number): Promise<Figures> {
  const reports: number[] = [];
  const between: number[] = [];
  const open = () =>
    openStudy({
      space: { x: float(-1, 1), y: float(-1, 1) },
      ...{ sampler: scale.sampler, storage: { url, ahead: scale.ahead } },
    });
  const machine = async (study: Awaited<ReturnType<typeof open>>): Promise<void> => {
    const ended: number[] = [];
    await study.run(
      async (trial) => {
        const last = ended.shift();
        if (last !== undefined) between.push(performance.now() - last);
        const { x, y } = trial.params;
        const steps = Math.ceil((scale.trial / scale.report) * (0.5 + Math.random()));
        for (let step = 1; step <= steps; step++) {
          await sleep(scale.report * (0.9 + 0.2 * Math.random()));
          const began = performance.now();
          await trial.report(x ** 2 + y ** 2 + 1 / step, step, { final: step === steps });
          reports.push(performance.now() - began);
        }
        ended.push(performance.now());
        return x ** 2 + y ** 2;
      },
      { trials: scale.trials, parallel: scale.parallel },
    );
  };
  const studies = [];
  for (let one = 0; one < count; one++) studies.push(await open());
  process.send?.("open");
  await new Promise((resolve) => process.once("message", resolve));
  const before = process.cpuUsage();
  await Promise.all(studies.map(machine));
  const { user, system } = process.cpuUsage(before);
  await Promise.all(studies.map((study) => study.close()));
  return { reports, between, processor: (user + system) / 1e6, memory: process.memoryUsage().rss / 2 ** 20 };
}

interface Child {
  readonly open: Promise<void>;
  readonly figures: Promise<Figures>;
  begin(): void;
}

function start(url: string, scale: Scale, count: number): Child {
  const args = ["--import", "tsx", fileURLToPath(import.meta.url), JSON.stringify(scale), url, String(count)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    open: new Promise((resolve) => child.once("message", () => resolve())),
    figures: new Promise((resolve, reject) => {
      child.on("message", (message) => typeof message === "object" && resolve(message as Figures));
      child.on("exit", (code) => code !== 0 && reject(new Error(`It ended with ${code}.`)));
    }),
    begin: () => void child.send("begin"),
  };
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms (${sorted.length})`;
}

const commits = async (server: PostgresServer): Promise<number> => {
  const [row] = await server.query<{ readonly count: number }>(
    "SELECT xact_commit::int AS count FROM pg_stat_database WHERE datname = 'postgres'",
  );
  return row?.count ?? 0;
};

/** What came of it in so many seconds. */
async function print(server: PostgresServer, figures: readonly Figures[], seconds: number): Promise<void> {
  const [row] = await server.query<{ readonly events: number; readonly tells: number }>(
    `SELECT count(*)::int AS events, count(*) FILTER (WHERE body->>'t' = 'tell')::int AS tells FROM imago.event`,
  );
  const rate = ((row?.events ?? 0) / seconds).toFixed(0);
  console.log(
    `${seconds.toFixed(1)} s, ${row?.tells} results, ${row?.events} events (changes), ${rate} a second`,
  );
  console.log(`a report: ${spread(figures.flatMap(({ reports }) => reports))}`);
  console.log(`from a trial to the next: ${spread(figures.flatMap(({ between }) => between))}`);
  const processor = figures.reduce((sum, one) => sum + one.processor, 0) / seconds;
  const memory = figures.map((one) => one.memory.toFixed(0)).join(" + ");
  console.log(`workers: ${processor.toFixed(2)} cores, ${memory} MB; load ${loadavg()[0]?.toFixed(1)}`);
}

async function main(scale: Scale): Promise<void> {
  const found = findPostgres();
  if ("why" in found) throw new Error(found.why);
  const server = await startPostgres(found.bin, { max_connections: String(3 * scale.machines + 50) });
  console.log(`${server.version}; ${JSON.stringify(scale)}`);
  try {
    const count = Math.ceil(scale.machines / scale.processes);
    const children = Array.from({ length: scale.processes }, () => start(server.url, scale, count));
    await Promise.all(children.map(({ open }) => open));
    const before = await commits(server);
    const began = performance.now();
    for (const child of children) child.begin();
    const figures = await Promise.all(children.map((child) => child.figures));
    const seconds = (performance.now() - began) / 1000;
    console.log(`transactions: ${(((await commits(server)) - before) / seconds).toFixed(0)} a second`);
    await print(server, figures, seconds);
  } finally {
    await server.close();
  }
}

const [given = "{}", url, count] = process.argv.slice(2);
const scale: Scale = { ...usual, ...(JSON.parse(given) as Partial<Scale>) };
if (url === undefined) await main(scale);
else {
  const figures = await work(url, scale, Number(count));
  process.send?.(figures);
  process.disconnect();
}
