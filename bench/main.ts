import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Case, cases } from "./cases.js";
import type { Measured } from "./measure.js";
import type { Runner } from "./runners.js";

const here = dirname(fileURLToPath(import.meta.url));

/** The Python that has the peers; bench/README.md says what to install. */
const python = process.env.IMAGO_BENCH_PYTHON ?? "python3";

/** Where ours are compiled to: a TypeScript loader in the process would count as memory and time of the library. */
const compiled = join(here, ".build");

function compile(): boolean {
  rmSync(compiled, { recursive: true, force: true });
  const tsc = createRequire(import.meta.url).resolve("typescript/package.json");
  const args = [join(dirname(tsc), "bin", "tsc"), "-p", join(here, "tsconfig.json")];
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status === 0;
}

interface Figures {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Peak resident size of the process, MiB. */
  readonly memory: number;
  readonly version: string;
  readonly variant?: string;
  /** Medians of all variants of a peer. */
  readonly variants?: Readonly<Record<string, number>>;
  readonly settings?: Measured["settings"];
}

function commandOf({ program, script, args = [] }: Runner): [string, string[]] {
  if (program === "python") return [python, [join(here, script), ...args]];
  const path = program === "node" ? join(here, script) : join(compiled, "bench", script.replace(/ts$/, "js"));
  return [process.execPath, [path, ...args]];
}

/** Runs a runner's process, with a folder of the case's data, and reads the last line of its output. */
function measure(runner: Runner, folder: string): Promise<Measured> {
  const [command, args] = commandOf(runner);
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const own = { IMAGO_BENCH_STARTED: `${started}`, IMAGO_BENCH_FOLDER: folder };
    const env = { ...process.env, ...runner.env, ...own };
    const child = spawn(command, args, { cwd: here, env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const last = out.trim().split("\n").at(-1) ?? "";
      if (code === 0 && last.startsWith("{")) resolve(JSON.parse(last) as Measured);
      else reject(new Error(reasonIn(err) ?? `exit code ${code}`));
    });
  });
}

/** The line of an error output that says what went wrong: the last one that names an error. */
function reasonIn(err: string): string | undefined {
  const lines = err.trim().split("\n");
  return lines.findLast((line) => /Error\b/.test(line)) ?? lines.at(-1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function figures(runs: readonly Measured[], { memory = false }: Case, runner: Runner): Figures {
  const samples = runs.flatMap((run) => (memory ? [run.memory] : run.samples));
  const [first] = runs as [Measured];
  return {
    median: round(median(samples)),
    min: round(Math.min(...samples)),
    max: round(Math.max(...samples)),
    memory: Math.round(median(runs.map((run) => run.memory))),
    version: first.version,
    ...(runner.env === undefined
      ? {}
      : {
          variant: Object.entries(runner.env)
            .map((entry) => entry.join("="))
            .join(" "),
        }),
    ...(first.settings === undefined ? {} : { settings: first.settings }),
  };
}

const round = (value: number): number => Number(value.toPrecision(5));

/** A runner's own runs, of all rounds, or why it was left out. */
interface Runs {
  readonly runner: Runner;
  readonly measured: Measured[];
  skipped?: string;
}

/** Runs ours and every peer in turn, several rounds, so that a drifting machine is the same for all. */
async function runAll(benchmark: Case, rounds: number, folder: string): Promise<readonly [Runs, ...Runs[]]> {
  const ours: Runs = { runner: benchmark.imago, measured: [] };
  const all = [ours, ...benchmark.peers.map((runner): Runs => ({ runner, measured: [] }))] as const;
  for (let round = 0; round < rounds; round++) {
    for (const runs of all) {
      if (runs.skipped !== undefined) continue;
      try {
        runs.measured.push(await measure(runs.runner, folder));
      } catch (error) {
        if (runs === ours) throw error;
        runs.skipped = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return all;
}

type Peers = Record<string, Figures | { readonly skipped: string }>;

/** Of each peer the best of its variants, with the medians of them all where there are several. */
function bestOfEach(benchmark: Case, all: readonly Runs[]): Peers {
  const peers: Peers = {};
  const variants: Record<string, Record<string, number>> = {};
  for (const { runner, measured, skipped } of all) {
    const { name } = runner;
    if (skipped !== undefined) {
      peers[name] ??= { skipped };
      continue;
    }
    const own = figures(measured, benchmark, runner);
    variants[name] = { ...variants[name], [own.variant ?? "as it comes"]: own.median };
    const known = peers[name];
    if (known === undefined || "skipped" in known || own.median < known.median) peers[name] = own;
  }
  for (const [name, medians] of Object.entries(variants)) {
    const best = peers[name] as Figures;
    if (Object.keys(medians).length > 1) peers[name] = { ...best, variants: medians };
  }
  return peers;
}

/** Prints a case's line: ours, the peers, and ours by the best of the peers in Python. */
async function runCase(benchmark: Case, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "imago-bench-"));
  try {
    await benchmark.prepare?.(folder);
    const [ours, ...others] = await runAll(benchmark, rounds, folder);
    const imago = figures(ours.measured, benchmark, ours.runner);
    const peers = bestOfEach(benchmark, others);
    const inPython = new Set(others.filter(({ runner }) => runner.program === "python").map(nameOf));
    const best = Object.entries(peers)
      .flatMap(([name, one]) => (inPython.has(name) && !("skipped" in one) ? [one] : []))
      .sort((a, b) => a.median - b.median)[0];
    const by = (mine: number, theirs: number | undefined): number | null =>
      theirs === undefined ? null : Number((mine / theirs).toPrecision(3));
    const ratios = { ratio: by(imago.median, best?.median), memoryRatio: by(imago.memory, best?.memory) };
    const line = { case: benchmark.name, unit: benchmark.unit, imago, peers, ...ratios };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const nameOf = ({ runner }: Runs): string => runner.name;

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith("--"));
  const rounds = Number(args.find((arg) => arg.startsWith("--rounds="))?.slice(9) ?? 3);
  const programs: Readonly<Record<string, string>> = { tune: "search.ts", asha: "asha.ts" };
  const program = programs[names[0] ?? ""];
  if (program !== undefined) return runProgram(program, args.slice(args.indexOf(names[0] as string) + 1));
  const chosen = names[0] === "all" ? cases : cases.filter(({ name }) => names.includes(name));
  if (chosen.length === 0 || !(rounds >= 1)) {
    const longest = Math.max(...cases.map(({ name }) => name.length));
    const list = cases.map(({ name, what }) => `  ${name.padEnd(longest)} ${what}`).join("\n");
    process.stderr.write(`usage: npm run bench -- <name>… | all [--rounds=3]\n${list}\n`);
    return 2;
  }
  if (!existsSync(join(here, "../dist/index.js"))) {
    process.stderr.write("bench: build the package first: npm run build\n");
    return 1;
  }
  if (!compile()) return 1;
  for (const benchmark of chosen) await runCase(benchmark, rounds);
  return 0;
}

/** Benches that print tables of their own, and take further arguments. */
function runProgram(program: string, args: readonly string[]): number {
  const { status } = spawnSync(process.execPath, ["--import", "tsx", join(here, program), ...args], {
    stdio: "inherit",
  });
  return status ?? 1;
}

process.exitCode = await main(process.argv.slice(2));
