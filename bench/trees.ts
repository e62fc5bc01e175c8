/**
 * Forests and boosting beside scikit-learn's with the same settings, each on one core: processor seconds of a fit, and the loss
 * on rows of the same making that neither has seen, with its standard error.
 *
 *   npx tsx bench/trees.ts [ROWSxCOLUMNS …]      default: 500x13 10000x20 100000x30
 *
 * IMAGO_BENCH_PYTHON names the Python that has scikit-learn. ONLY=boosting leaves forests out, ONLY=binary the other
 * tasks; TREES=10 makes smaller forests, where 100 trees of 100,000 rows take scikit-learn too long.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Generator } from "../src/engine/random/generator.js";
import type { Learner } from "../src/methods/learners/learner.js";
import { Matrix } from "../src/methods/learners/matrix.js";
import { gradientBoosting } from "../src/methods/learners/trees/gradientBoosting.js";
import { randomForest } from "../src/methods/learners/trees/randomForest.js";

const testRows = 5000;
const trees = Number(process.env.TREES ?? 100);
const learners: Readonly<Record<string, Learner>> = {
  forest: randomForest({ trees }),
  boosting: gradientBoosting(),
};
const tasks = { regression: undefined, binary: 2, classes: 5 } as const;

interface Figures {
  readonly seconds: number;
  readonly predictSeconds: number;
  /** Of each test row. */
  readonly losses: readonly number[];
}

/** Friedman's first function of five columns, and noise; its quantiles for classes. */
function make(
  rows: number,
  columns: number,
  classes: number | undefined,
): { x: Float64Array; y: Float64Array } {
  const random = new Generator(3).split(`${rows}x${columns}`);
  const x = Float64Array.from({ length: rows * columns }, () => random.uniform());
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = x.subarray(i * columns, i * columns + 5);
    const value = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e;
    return value + 2 * random.normal();
  });
  if (classes === undefined) return { x, y };
  const sorted = y.slice().sort();
  const cuts = Array.from({ length: classes - 1 }, (_, k) => sorted[Math.floor(((k + 1) * rows) / classes)]!);
  return { x, y: y.map((one) => cuts.filter((cut) => one >= cut).length) };
}

function lossOf(predicted: Float64Array, y: Float64Array, classes: number | undefined): number[] {
  return Array.from(y, (one, i) => {
    if (classes === undefined) return (one - predicted[i]!) ** 2;
    return -Math.log(Math.min(Math.max(predicted[i * classes + one]!, 1e-3), 1 - 1e-3));
  });
}

/** Of the processor, so that what else runs on the machine does not count. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

async function ours(
  learner: Learner,
  data: { x: Float64Array; y: Float64Array },
  size: [number, number],
  classes: number | undefined,
): Promise<Figures> {
  const [rows, columns] = size;
  const all = new Matrix(rows + testRows, columns, data.x);
  const x = all.select({ rows: Int32Array.from({ length: rows }, (_, i) => i) });
  const test = all.select({ rows: Int32Array.from({ length: testRows }, (_, i) => rows + i) });
  const learn = () => learner.fit({ x, y: data.y.slice(0, rows), classes, random: new Generator(0) });
  const times: number[] = [];
  // A long fit warms itself up.
  const large = rows > 20_000;
  let fitted = large ? undefined : await learn();
  for (let i = 0; i < (large ? 1 : 3); i++) {
    const start = process.cpuUsage();
    fitted = await learn();
    times.push(secondsSince(start));
  }
  const start = process.cpuUsage();
  const predicted = await fitted!.predict(test);
  const predictSeconds = secondsSince(start);
  return {
    seconds: Math.min(...times),
    predictSeconds,
    losses: lossOf(predicted, data.y.slice(rows), classes),
  };
}

function theirs(
  folder: string,
  name: string,
  size: [number, number],
  classes: number | undefined,
): Figures | string {
  const python = process.env.IMAGO_BENCH_PYTHON ?? "python3";
  const script = join(dirname(fileURLToPath(import.meta.url)), "peers", "sklearnTrees.py");
  const args = [
    script,
    folder,
    name,
    `${size[0]}`,
    `${testRows}`,
    `${size[1]}`,
    `${classes ?? 0}`,
    `${trees}`,
  ];
  const env = { ...process.env, OMP_NUM_THREADS: "1" };
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: "utf8", env });
  return status === 0 ? (JSON.parse(stdout) as Figures) : (stderr.trim().split("\n").at(-1) ?? "failed");
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
function withError(values: readonly number[]): string {
  const centre = mean(values);
  const error = Math.sqrt(mean(values.map((one) => (one - centre) ** 2)) / values.length);
  return `${centre.toPrecision(4)} ± ${error.toPrecision(2)}`;
}

const show = ({ seconds, predictSeconds, losses }: Figures): string =>
  `fit ${seconds.toFixed(3)} s, predict ${predictSeconds.toFixed(3)} s, loss ${withError(losses)}`;

const sizes = process.argv.slice(2);
const wanted = process.env.ONLY?.split(",");
for (const text of sizes.length > 0 ? sizes : ["500x13", "10000x20", "100000x30"]) {
  const size = text.split("x").map(Number) as [number, number];
  for (const [task, classes] of Object.entries(tasks)) {
    const data = make(size[0] + testRows, size[1], classes);
    const folder = mkdtempSync(join(tmpdir(), "imago-trees-"));
    writeFileSync(join(folder, "x"), data.x);
    writeFileSync(join(folder, "y"), data.y);
    for (const [name, learner] of Object.entries(learners)) {
      if (wanted !== undefined && ![name, task].some((one) => wanted.includes(one))) continue;
      const mine = await ours(learner, data, size, classes);
      const peer = theirs(folder, name, size, classes);
      console.log(`${text} ${task} ${name}\n  imago        ${show(mine)}`);
      if (typeof peer === "string") console.log(`  scikit-learn skipped: ${peer}`);
      else {
        const apart = mine.losses.map((one, i) => one - peer.losses[i]!);
        console.log(`  scikit-learn ${show(peer)}`);
        console.log(
          `  ratio ${(mine.seconds / peer.seconds).toFixed(2)}, difference of losses ${withError(apart)}`,
        );
      }
    }
    rmSync(folder, { recursive: true });
  }
}
