/**
 * The super learner beside scikit-learn's stacking and R's SuperLearner: the same rows, learners, outer and inner folds.
 * Prints the honest risk of each (rows that nothing of it had seen) with its standard error, the paired difference from
 * ours, and processor seconds of five fits of the whole.
 *
 *   npx tsx bench/superLearner.ts [boston biopsy breastCancer]
 *
 * IMAGO_BENCH_PYTHON names the Python that has scikit-learn, IMAGO_BENCH_RSCRIPT the Rscript whose library has SuperLearner
 * (R_LIBS says where). Where R is missing, what it once gave for the goldens stands in its place, marked as recorded.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Generator } from "../src/engine/random/generator.js";
import { type Fold, learners, makeFolds, superLearner } from "../src/ensemble.js";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.IMAGO_BENCH_PYTHON ?? "python3";
const rscript = process.env.IMAGO_BENCH_RSCRIPT ?? "Rscript";
const sets = ["boston", "biopsy", "breastCancer"];

interface Data {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  /** Whether y is 0 or 1; else it is a number. */
  readonly binary: boolean;
  /** Rows to predict, where the data set comes with folds. */
  readonly outer?: readonly (readonly number[])[];
  /** Squared errors of R's own nested run on these folds, with other learners. */
  readonly recorded?: { readonly pooled: number; readonly se: number };
}

/** What {@link Data} becomes for all three: row numbers from 0, inner ones within the training rows. */
interface Job extends Data {
  readonly folds: readonly {
    readonly training: readonly number[];
    readonly validation: readonly number[];
    readonly inner: readonly (readonly number[])[];
  }[];
}

interface Figures {
  /** Of each row, by the fit that had not seen it. */
  readonly predictions: readonly number[];
  /** Of the processor. */
  readonly seconds: number;
  readonly version: string;
}

function readGolden(name: string): Data {
  const golden = JSON.parse(readFileSync(at(`../goldens/ensembles/${name}.json`), "utf8"));
  const columns = Object.values(golden.x) as number[][];
  return {
    x: (golden.y as number[]).map((_, row) => columns.map((column) => column[row] as number)),
    y: golden.y,
    binary: golden.task === "binary",
    outer: golden.nested.outerFolds,
    recorded: golden.nested.mse.nnls,
  };
}

/** The last line that a peer prints, or why there is none. */
function peer(program: string, args: readonly string[]): string | Error {
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    env,
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return stdout.trim().split("\n").at(-1) as string;
  const lines = (stderr ?? "").trim().split("\n");
  return error ?? new Error((lines.findLast((line) => /Error\b/.test(line)) ?? lines.at(-1)) || "failed");
}

function figuresOf(program: string, args: readonly string[]): Figures | Error {
  const answer = peer(program, args);
  return typeof answer === "string" ? (JSON.parse(answer) as Figures) : answer;
}

function read(name: string): Data | Error {
  if (name !== "breastCancer") return readGolden(name);
  const answer = peer(python, [at("peers/stacking.py"), "--data"]);
  return typeof answer === "string" ? { ...(JSON.parse(answer) as Data), binary: true } : answer;
}

function jobOf(data: Data): Job {
  const random = new Generator(7);
  const foldsOf = (y: readonly number[], own: Generator, rows?: Data["outer"]): Fold[] =>
    makeFolds(y.length, {
      ...(rows === undefined ? { folds: 5, random: own } : { validationRows: rows }),
      strata: data.binary && rows === undefined ? y : undefined,
    });
  const folds = foldsOf(data.y, random.split("outer"), data.outer).map(({ training, validation }, number) => {
    const y = Array.from(training, (row) => data.y[row] as number);
    const inner = foldsOf(y, random.split(number)).map((fold) => [...fold.validation]);
    return { training: [...training], validation: [...validation], inner };
  });
  return { ...data, folds };
}

/** Of one kind with those of the peers, with their settings. */
function library(binary: boolean) {
  const both = {
    mean: learners.mean(),
    neighbours: learners.kNearest({ k: 10 }),
    forest: learners.randomForest({ trees: 100 }),
    boosting: learners.gradientBoosting({ rounds: 100 }),
    lasso: learners.lasso(),
  };
  if (binary) return { ...both, logistic: learners.logistic() };
  return { ...both, linear: learners.linear(), ridge: learners.ridge({ lambda: 0.1 }) };
}

async function ours({ x, y, binary, folds }: Job): Promise<Figures> {
  const predictions = new Array<number>(y.length);
  const start = process.cpuUsage();
  for (const { training, validation, inner } of folds) {
    const learnt = await superLearner({
      learners: library(binary),
      classes: binary ? 2 : undefined,
      validationRows: inner,
    }).fit(
      training.map((row) => x[row] as number[]),
      training.map((row) => y[row] as number),
    );
    const { data } = await learnt.predict(validation.map((row) => x[row] as number[]));
    validation.forEach((row, place) => {
      predictions[row] = data[place] as number;
    });
  }
  const { user, system } = process.cpuUsage(start);
  return { predictions, seconds: (user + system) / 1e6, version: "" };
}

type Loss = (predicted: number, y: number) => number;
const squared: Loss = (predicted, y) => (y - predicted) ** 2;
const logLoss: Loss = (predicted, y) => {
  const p = Math.min(Math.max(predicted, 1e-3), 1 - 1e-3);
  return -Math.log(y === 1 ? p : 1 - p);
};

function withError(values: readonly number[]): string {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const square = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toPrecision(4)} ± ${Math.sqrt(square / values.length).toPrecision(2)}`;
}

function print(name: string, figures: Figures, mine: Figures, { y, binary }: Job): void {
  const parts = Object.entries(
    binary ? { "log loss": logLoss, Brier: squared } : { "squared error": squared },
  ).map(([what, loss]) => {
    const losses = y.map((one, row) => loss(figures.predictions[row] as number, one));
    const apart = losses.map((one, row) => one - loss(mine.predictions[row] as number, y[row] as number));
    const difference = figures === mine ? "" : ` (less ours: ${withError(apart)})`;
    return `${what} ${withError(losses)}${difference}`;
  });
  console.log(
    `  ${`${name} ${figures.version}`.padEnd(22)} ${parts.join(", ")}; ${figures.seconds.toFixed(1)} s`,
  );
}

async function run(name: string): Promise<void> {
  const data = read(name);
  if (data instanceof Error) return console.log(`${name}: skipped: ${data.message}`);
  const job = jobOf(data);
  const folder = mkdtempSync(join(tmpdir(), "imago-super-learner-"));
  const file = join(folder, "job.json");
  writeFileSync(file, JSON.stringify(job));
  console.log(`${name}: ${job.y.length} rows, ${job.x[0]?.length} columns`);
  try {
    const mine = await ours(job);
    print("imago", mine, mine, job);
    const stacking = figuresOf(python, [at("peers/stacking.py"), file]);
    if (stacking instanceof Error) console.log(`  scikit-learn skipped: ${stacking.message}`);
    else print("scikit-learn", stacking, mine, job);
    const r = figuresOf(rscript, [at("peers/superLearner.R"), file]);
    if (!(r instanceof Error)) print("R SuperLearner", r, mine, job);
    else {
      const { pooled, se } = data.recorded ?? {};
      const known = `recorded, without forest and boosting: squared error ${pooled?.toPrecision(4)} ± ${se?.toPrecision(2)}`;
      console.log(`  R skipped: ${r.message}${pooled === undefined ? "" : `; ${known}`}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !sets.includes(name));
if (unknown.length > 0) console.log(`No data set ${unknown.join(", ")}; there are ${sets.join(", ")}.`);
else for (const name of asked.length > 0 ? asked : sets) await run(name);
