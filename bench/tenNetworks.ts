/**
 * Ten networks of one kind, as an ensemble wants them, beside PyTorch in a loop: 784-100-100-10 on 6,000 digits of MNIST,
 * Adam at 1e-3, batch 100, 20 epochs. Prints the median seconds of building and training all ten, of the clock and of the
 * processor, the test errors of each of 10,000, and those of their mean.
 *
 *   npx tsx bench/tenNetworks.ts [--rounds 3] [--epochs 20] [WAY …]
 *
 * Every round takes all ways in turn, each in a process of its own, so that a drifting machine is the same for all.
 * IMAGO_BENCH_PYTHON names the Python that has PyTorch.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Digits, digitsNetwork, draw, pick, readMnist } from "../examples/mnist.js";
import { bagging, fitTogether } from "../src/ensemble.js";
import type { Model, Tensor } from "../src/index.js";

const seeds = Array.from({ length: 10 }, (_, member) => 100 + member);
const batchSize = 100;

interface Work {
  readonly known: Digits;
  readonly test: Digits;
  readonly epochs: number;
}

/** What a process prints as its last line. */
interface Outcome {
  readonly seconds: number;
  /** Of the processor: what other programs take does not count. */
  readonly processor: number;
  /** Test errors, one for each network. */
  readonly errors: readonly number[];
  readonly errorsOfMean: number;
}

/** Trains all ten. A way to do it is a function of this kind and a line in {@link ways}. */
type Way = (work: Work) => Promise<readonly Model[]>;

function compiled(seed: number): Model {
  const network = digitsNetwork({ hidden: [100, 100], seed });
  const optimizer = { name: "adam", config: { learningRate: 1e-3, epsilon: 1e-8 } } as const;
  network.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
  return network;
}

async function oneByOne({ known, epochs }: Work): Promise<readonly Model[]> {
  const networks: Model[] = [];
  for (const seed of seeds) {
    const network = compiled(seed);
    await network.fit(known.x, known.y, { epochs, batchSize });
    networks.push(network);
  }
  return networks;
}

async function together({ known, epochs }: Work): Promise<readonly Model[]> {
  const networks = seeds.map(compiled);
  await fitTogether(networks, known.x, known.y, { epochs, batchSize });
  return networks;
}

async function onWorkers({ known, epochs }: Work): Promise<readonly Model[]> {
  const { x, y } = known;
  const all = await bagging({
    build: compiled,
    x,
    y,
    epochs,
    batchSize,
    members: seeds.length,
    bootstrap: false,
  });
  return all.members;
}

const ways: Readonly<Record<string, Way>> = {
  "one by one": oneByOne,
  together,
  workers: onWorkers,
};

/** Arguments and environment of PyTorch's script: threads as it likes, threads that do not spin, and one thread. */
const peers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  torch: {},
  "torch, passive threads": { OMP_WAIT_POLICY: "PASSIVE" },
  "torch, one thread": { OMP_NUM_THREADS: "1" },
};

function wrongOnes(scores: Float32Array, { y }: Digits): number {
  const guess = (row: number): number => {
    const own = scores.subarray(row * 10, row * 10 + 10);
    return own.indexOf(Math.max(...own));
  };
  return y.data.reduce((errors, label, row) => errors + Number(guess(row) !== label), 0);
}

async function outcomeOf(way: Way, work: Work): Promise<Outcome> {
  const [started, used] = [performance.now(), process.cpuUsage()];
  const networks = await way(work);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  const processor = (user + system) / 1e6;
  const sum = new Float32Array(work.test.y.size * 10);
  const errors: number[] = [];
  for (const network of networks) {
    const { data } = (await network.predict(work.test.x, { batchSize: 500 })) as Tensor<"float32">;
    errors.push(wrongOnes(data, work.test));
    data.forEach((share, i) => {
      sum[i] = (sum[i] as number) + share;
    });
  }
  return { seconds, processor, errors, errorsOfMean: wrongOnes(sum, work.test) };
}

function readWork(epochs: number): Work {
  const { train, test } = readMnist();
  return { known: pick(train, draw(6000, 100)), test, epochs };
}

/** Runs one way in its process. */
function run(name: string, folder: string, epochs: number): Outcome | Error {
  const env = { ...process.env, ...peers[name] };
  const [command, args] =
    name in peers
      ? [
          process.env.IMAGO_BENCH_PYTHON ?? "python3",
          [fileURLToPath(new URL("peers/tenNetworks.py", import.meta.url)), folder],
        ]
      : [process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), "--only", name]];
  const all = [...args, ...(name in peers ? [`${epochs}`] : ["--epochs", `${epochs}`])];
  const { status, stdout, stderr, error } = spawnSync(command, all, { encoding: "utf8", env });
  if (status === 0) return JSON.parse(stdout.trim().split("\n").at(-1) as string) as Outcome;
  return error ?? new Error((stderr ?? "").trim().split("\n").at(-1) || "failed");
}

/** The digits as PyTorch's script reads them. */
function write(folder: string, { known, test }: Work): void {
  for (const [name, { x, y }] of Object.entries({ known, test })) {
    writeFileSync(join(folder, `${name}-x`), x.data);
    writeFileSync(join(folder, `${name}-y`), y.data);
  }
}

function print(name: string, runs: readonly Outcome[]): void {
  const [times, used] = (["seconds", "processor"] as const).map((what) =>
    runs.map((one) => one[what]).sort((a, b) => a - b),
  ) as [number[], number[]];
  const [first] = runs as [Outcome];
  const mean = first.errors.reduce((sum, one) => sum + one, 0) / first.errors.length;
  const middle = (of: readonly number[]): string => (of[of.length >> 1] as number).toFixed(1);
  console.log(
    `${name.padEnd(24)} ${middle(times)} s (${times.map((one) => one.toFixed(1)).join(", ")}), processor ${middle(used)} s\n` +
      `  errors ${first.errors.join(" ")}; their mean ${mean.toFixed(0)}; of the mean of all ${first.errorsOfMean}`,
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    epochs: { type: "string", default: "20" },
    only: { type: "string" },
  },
});
const epochs = Number(values.epochs);
const way = ways[values.only ?? ""];
if (way !== undefined) {
  console.log(JSON.stringify(await outcomeOf(way, readWork(epochs))));
} else {
  const names = [...Object.keys(ways), ...Object.keys(peers)];
  const chosen = positionals.length > 0 ? names.filter((name) => positionals.includes(name)) : names;
  if (chosen.length === 0) console.log(`Ways are: ${names.map((name) => `"${name}"`).join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "imago-ten-"));
  try {
    write(folder, readWork(epochs));
    const runs = new Map<string, Outcome[]>(chosen.map((name) => [name, []]));
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const name of chosen) {
        const outcome = run(name, folder, epochs);
        if (!(outcome instanceof Error)) runs.get(name)?.push(outcome);
        else if (round === 0) console.log(`${name}: skipped: ${outcome.message}`);
      }
    }
    for (const [name, own] of runs) if (own.length > 0) print(name, own);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
