/**
 * `imago table train` beside scikit-learn's stacking and its gradient boosting: the same rows, judged by rows that none of them saw.
 * Small sets are divided into five parts, each of which is judged once; large ones are divided once.
 *
 *   npm run build && npx tsx bench/tableLearners.ts [boston cancer pima wine large wide] [--minutes 1] [--parts N]
 *
 * Prints a line of JSON for each set: losses with standard errors, the peers' less ours (paired, below 0 where they are better), and
 * seconds of each training by the clock. A peer that needs over one and a half times the minutes is left out. IMAGO_BENCH_PYTHON names a Python that has what peers/requirements.txt names.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Papa from "papaparse";
import { Generator } from "../src/engine/random/generator.js";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.IMAGO_BENCH_PYTHON ?? "python3";
const small = ["boston", "cancer", "pima", "wine"];
const sets = [...small, "large", "wide"];

interface DataSet {
  readonly target: string;
  readonly task: "regression" | "binary" | "classes";
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Predictions of rows that were not learnt from: a number or, by class, a probability each. */
type Predicted = readonly (number | Readonly<Record<string, number>>)[];

interface Result {
  readonly predictions: Predicted;
  readonly seconds: number;
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status === 0) return stdout;
  throw error ?? new Error(`${program} ${args.join(" ")}: ${stderr.trim().split("\n").slice(-3).join(" ")}`);
}

function readSet(name: string, folder: string): DataSet {
  const file = join(folder, `${name}.csv`);
  const { target, task } = JSON.parse(
    // Its data set may say something when it is loaded first.
    run(python, [at("peers/tableSets.py"), name, file])
      .trim()
      .split("\n")
      .at(-1) as string,
  );
  const [names, ...rows] = Papa.parse<string[]>(readFileSync(file, "utf8").trimEnd()).data;
  return { target, task, names: names as string[], rows };
}

const csvOf = ({ names }: DataSet, rows: DataSet["rows"]): string =>
  Papa.unparse([[...names], ...rows.map((row) => [...row])]);

/** Our command, from the compiled package, as it comes. */
function ours(folder: string, { target, task }: DataSet, minutes: number): Result {
  const out = join(folder, "model");
  const imago = (...args: string[]): string =>
    run(process.execPath, [at("../bin/imago.js"), "table", ...args]);
  const began = performance.now();
  imago("train", join(folder, "train.csv"), "--target", target, "--minutes", String(minutes), "--out", out);
  const seconds = (performance.now() - began) / 1000;
  const lines = imago("predict", out, join(folder, "test.csv"), "--only", "--to", "jsonLines")
    .trim()
    .split("\n");
  rmSync(out, { recursive: true });
  const cells = lines.map((line) => JSON.parse(line) as Readonly<Record<string, number>>);
  const predictions = cells.map((cell) =>
    task === "regression" ? (Object.values(cell)[0] as number) : probabilitiesIn(cell),
  );
  return { predictions, seconds };
}

const prefix = "probability of ";
const probabilitiesIn = (cell: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(cell).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );

interface PeerResult {
  readonly predictions: readonly (number | readonly number[])[];
  readonly classes: readonly string[] | null;
  readonly seconds: number;
}

/** A peer's, or nothing where it needs far more than the minutes that there are. */
function peer(name: string, folder: string, { target, task }: DataSet, minutes: number): Result | undefined {
  const args = [
    at("peers/tableLearners.py"),
    join(folder, "train.csv"),
    join(folder, "test.csv"),
    target,
    task,
    name,
  ];
  const timeout = 1.5 * 60_000 * minutes;
  const { status, stdout, stderr, signal } = spawnSync(python, args, {
    ...{ encoding: "utf8", maxBuffer: 2 ** 30, timeout },
  });
  if (signal !== null) return undefined;
  if (status !== 0) throw new Error(`${name}: ${stderr.trim().split("\n").slice(-2).join(" ")}`);
  const { predictions, classes, seconds } = JSON.parse(
    stdout.trim().split("\n").at(-1) as string,
  ) as PeerResult;
  const one = (given: number | readonly number[]): Predicted[number] =>
    typeof given === "number" ? given : Object.fromEntries(given.map((p, c) => [classes?.[c] ?? "", p]));
  return { seconds, predictions: predictions.map(one) };
}

type Loss = (predicted: Predicted[number], y: string) => number;
const squared: Loss = (predicted, y) => (Number(y) - (predicted as number)) ** 2;
const brier: Loss = (predicted, y) =>
  Object.entries(predicted as Record<string, number>).reduce(
    (sum, [level, p]) => sum + (p - Number(level === y)) ** 2,
    0,
  );
const logLoss: Loss = (predicted, y) =>
  -Math.log(Math.min(1 - 1e-6, Math.max(1e-6, (predicted as Record<string, number>)[y] ?? 0)));

const regressionLosses = { squared };
const classLosses = { brier, logLoss };
/** Parts that rows are divided into. */
const parts = 5;

function withError(values: readonly number[]): { readonly mean: number; readonly standardError: number } {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const square = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1);
  return { mean: digits(mean), standardError: digits(Math.sqrt(square / values.length)) };
}

const digits = (value: number): number => Number(value.toPrecision(4));

/** Losses of one who predicted, over all parts, and seconds of each training. */
interface Figures {
  readonly losses: Readonly<Record<string, number[]>>;
  readonly seconds: number[];
}

function bench(name: string, minutes: number, most: number): void {
  const folder = mkdtempSync(join(tmpdir(), "imago-table-"));
  try {
    const data = readSet(name, folder);
    const names = Object.keys(data.task === "regression" ? regressionLosses : classLosses);
    const none = (): Figures => ({
      losses: Object.fromEntries(names.map((what) => [what, []])),
      seconds: [],
    });
    const found: Record<string, Figures> = {};
    const order = new Generator(7).split(name).permutation(data.rows.length);
    for (let part = 0; part < Math.min(most, small.includes(name) ? parts : 1); part++) {
      const rowsWhere = (isTest: boolean): DataSet["rows"] =>
        [...order].flatMap((row, place) =>
          (place % parts === part) === isTest ? [data.rows[row] as string[]] : [],
        );
      const test = rowsWhere(true);
      writeFileSync(join(folder, "train.csv"), csvOf(data, rowsWhere(false)));
      writeFileSync(join(folder, "test.csv"), csvOf(data, test));
      const y = test.map((row) => row[data.names.indexOf(data.target)] as string);
      const results = {
        imago: ours(folder, data, minutes),
        stacking: peer("stacking", folder, data, minutes),
        boosting: peer("boosting", folder, data, minutes),
      };
      for (const [who, result] of Object.entries(results)) {
        if (result === undefined) continue;
        found[who] ??= none();
        note(found[who], result, y);
      }
    }
    print(name, data, found);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function note(
  { losses, seconds: all }: Figures,
  { predictions, seconds }: Result,
  y: readonly string[],
): void {
  const known: Readonly<Record<string, Loss>> = { ...regressionLosses, ...classLosses };
  all.push(Number(seconds.toFixed(1)));
  for (const [what, values] of Object.entries(losses)) {
    const loss = known[what] as Loss;
    for (const [row, one] of y.entries()) values.push(loss(predictions[row] as Predicted[number], one));
  }
}

function print(name: string, { rows, names }: DataSet, found: Readonly<Record<string, Figures>>): void {
  const mine = found.imago?.losses ?? {};
  const each = (losses: Figures["losses"], less?: Figures["losses"]): object =>
    Object.fromEntries(
      Object.entries(losses).map(([what, values]) => [
        what,
        withError(values.map((one, row) => one - (less?.[what]?.[row] ?? 0))),
      ]),
    );
  const figures = Object.entries(found).map(([who, { losses, seconds }]) => [
    who,
    { ...each(losses), ...(who === "imago" ? {} : { lessOurs: each(losses, mine) }), seconds },
  ]);
  const about = { set: name, rows: rows.length, columns: names.length - 1 };
  console.log(JSON.stringify({ ...about, ...Object.fromEntries(figures) }));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "1" }, parts: { type: "string", default: "5" } },
});
const unknown = positionals.filter((name) => !sets.includes(name));
if (unknown.length > 0) throw new Error(`No data set ${unknown.join(", ")}; there are ${sets.join(", ")}.`);
for (const name of positionals.length > 0 ? positionals : sets)
  bench(name, Number(values.minutes), Number(values.parts));
