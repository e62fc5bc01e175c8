import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { distill, softTargets } from "../src/distill.js";
import { fitTogether } from "../src/ensemble.js";
import type { Model, Tensor } from "../src/index.js";
import {
  type Digits,
  digitsNetwork,
  draw,
  errorsOf,
  fallingAdam,
  pick,
  readMnist,
  shiftedBatches,
} from "./mnist.js";

/** How much is done; a test does less. */
export interface Amounts {
  /** How often the first table is made, from other digits and weights. */
  readonly seeds: number;
  /** Networks in the ensemble. */
  readonly members: number;
  /** Digits that they are trained on. */
  readonly labelled: number;
  /** Digits more whose labels are not looked at, for the student of the ensemble. */
  readonly unlabelled: number;
  readonly memberEpochs: number;
  readonly studentEpochs: number;
  /** Digits of the teacher of the second table, and its epochs. */
  readonly whole: number;
  readonly teacherEpochs: number;
  /** "3 %". */
  readonly few: number;
  readonly fewEpochs: number;
  readonly missingEpochs: number;
  /** Digits on which choices are made. */
  readonly heldOut: number;
  readonly test: number;
}

const usual: Amounts = {
  seeds: 3,
  members: 10,
  labelled: 6000,
  unlabelled: 48_000,
  memberEpochs: 20,
  studentEpochs: 20,
  whole: 55_000,
  teacherEpochs: 8,
  few: 1800,
  fewEpochs: 150,
  missingEpochs: 6,
  heldOut: 5000,
  test: 10_000,
};

type Print = (line: string) => void;

/** The digits, and those among the 60,000 that nothing is trained on: there choices are made. */
interface Data {
  readonly train: Digits;
  readonly heldOut: Digits;
  readonly test: Digits;
}

const batchSize = 100;
const sparse = "sparseCategoricalCrossentropy";
const steps = (rows: number, epochs: number): number => epochs * Math.ceil(rows / batchSize);
const percent = (errors: number, of: Digits): string => `${(100 * (1 - errors / of.y.size)).toFixed(2)} %`;
const rowsOf = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to - from }, (_, row) => from + row);

async function onLabels(network: Model, { x, y }: Digits, epochs: number): Promise<Model> {
  network.compile({ optimizer: fallingAdam(1e-3, steps(y.size, epochs)), loss: sparse });
  await network.fit(x, y, { epochs, batchSize });
  return network;
}

interface Crowd {
  /** Mean of the ten, of the ten together, of the student. */
  readonly errors: readonly [number, number, number];
  /** On how many of the test digits student and ten agree. */
  readonly agreement: number;
}

/** One network, ten together, and one that learnt from the ten. */
async function crowd({ train, test }: Data, amounts: Amounts, seed: number): Promise<Crowd> {
  const { members, labelled, unlabelled, memberEpochs, studentEpochs } = amounts;
  const rows = draw(labelled + unlabelled, 100 + seed, train.y.size);
  const known = pick(train, rows.subarray(0, labelled));
  const teachers = Array.from({ length: members }, (_, member) => {
    const network = digitsNetwork({ hidden: [100, 100], seed: 100 * (seed + 1) + member });
    // A rate that stays makes members that differ; one that falls to 0 makes them alike, and a crowd of little use.
    network.compile({ optimizer: { name: "adam", config: { learningRate: 1e-3 } }, loss: sparse });
    return network;
  });
  await fitTogether(teachers, known.x, known.y, { epochs: memberEpochs, batchSize });
  const singly: number[] = [];
  for (const teacher of teachers) singly.push(await errorsOf(teacher, test));
  const folder = await mkdtemp(join(tmpdir(), "imago-distillation-"));
  const transfer = pick(train, rows);
  const student = digitsNetwork({ hidden: [100, 100], seed: 100 * (seed + 1) + 99 });
  try {
    const file = join(folder, "targets.safetensors");
    const teacher = await softTargets(teachers, transfer.x, { file, batchSize: 500 });
    const training = distill({ teacher, student, temperature: 4, alpha: 1 });
    training.compile({ optimizer: fallingAdam(1e-3, steps(transfer.y.size, studentEpochs)) });
    await training.fit(transfer.x, null, { epochs: studentEpochs, batchSize });
  } finally {
    await rm(folder, { recursive: true });
  }
  const live = distill({ teacher: teachers, student });
  const { teacher: together, agreement = 0 } = await live.report(test.x, test.y, { batchSize: 500 });
  const mean = singly.reduce((a, b) => a + b, 0) / singly.length;
  return { errors: [mean, together?.errors ?? 0, await errorsOf(student, test)], agreement };
}

/** Table 1, the mean over seeds. */
async function crowds(data: Data, amounts: Amounts, print: Print): Promise<number[]> {
  const { seeds, members, labelled, unlabelled } = amounts;
  const all: Crowd[] = [];
  for (let seed = 0; seed < seeds; seed++) all.push(await crowd(data, amounts, seed));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const names = ["one network", `${members} networks together`, "one network, distilled"];
  const paper = ["58.9 %, 10.9 %", "61.1 %, 10.7 %", "60.8 %, 10.7 %"];
  print(
    `Table 1: ${labelled} labelled digits, ${unlabelled} more without labels for the student; ${seeds} draws`,
  );
  print(
    `  ${"".padEnd(26)}${"right".padStart(9)}${"errors".padStart(8)}   the paper, speech: frames, word errors`,
  );
  const found = names.map((name, index) => {
    const each = all.map(({ errors }) => errors[index] as number);
    const errors = mean(each);
    const single = each.length > 1 ? `   (${each.map((one) => one.toFixed(0)).join(", ")})` : "";
    print(
      `  ${name.padEnd(26)}${percent(errors, data.test).padStart(9)}${errors.toFixed(0).padStart(8)}   ${paper[index]}${single}`,
    );
    return errors;
  });
  const agreement = mean(all.map((one) => one.agreement));
  print(`  student and ten agree on ${(100 * agreement).toFixed(1)} % of the test digits`);
  return found;
}

/** A large network on all digits, moved by a pixel at each look. */
async function largeTeacher({ train }: Data, { whole, teacherEpochs: epochs }: Amounts): Promise<Model> {
  const network = digitsNetwork({ hidden: [400, 400], seed: 1, dropouts: [0.1, 0.3] });
  const some = pick(train, rowsOf(0, whole));
  network.compile({ optimizer: fallingAdam(2e-3, epochs * Math.ceil(whole / 256)), loss: sparse });
  await network.fit(shiftedBatches(some, 256, 1, 1), { epochs });
  return network;
}

/** Table 5: a few digits with labels, and the same with soft targets. */
async function few(teacher: Model, data: Data, amounts: Amounts, print: Print): Promise<number[]> {
  const { train, test } = data;
  const { few: count, fewEpochs: epochs } = amounts;
  const some = pick(train, draw(count, 100, train.y.size));
  const hard = await onLabels(digitsNetwork({ hidden: [300, 300], seed: 2 }), some, Math.min(epochs, 40));
  const soft = digitsNetwork({ hidden: [300, 300], seed: 2 });
  const training = distill({ teacher, student: soft, temperature: 20, alpha: 1 });
  training.compile({ optimizer: fallingAdam(1e-3, steps(count, epochs)) });
  await training.fit(some.x, some.y, { epochs, batchSize });
  print(`Table 5: ${count} digits, draw(${count}, 100), of ${amounts.whole} that the teacher saw`);
  print(
    `  ${"".padEnd(26)}${"train".padStart(9)}${"test".padStart(9)}${"errors".padStart(8)}   the paper: train, test`,
  );
  const found: number[] = [];
  for (const [name, network, seen, paper] of [
    ["labels, all digits", teacher, pick(train, rowsOf(0, amounts.whole)), "63.4 %, 58.9 %"],
    ["labels, 3 %", hard, some, "67.3 %, 44.5 %"],
    ["soft targets, 3 %", soft, some, "65.4 %, 57.0 %"],
  ] as const) {
    const [own, errors] = [await errorsOf(network, seen), await errorsOf(network, test)];
    found.push(errors);
    print(
      `  ${name.padEnd(26)}${percent(own, seen).padStart(9)}${percent(errors, test).padStart(9)}` +
        `${String(errors).padStart(8)}   ${paper}`,
    );
  }
  const report = await training.report(test.x, test.y, { alone: hard });
  for (const line of report.text.trimEnd().split("\n")) print(`  ${line}`);
  return found;
}

/** A student that never saw a three, and its bias for threes, chosen on digits that nothing was trained on. */
async function missing(
  teacher: Model,
  data: Data,
  { whole, missingEpochs: epochs }: Amounts,
  print: Print,
): Promise<number[]> {
  const { train, heldOut, test } = data;
  const others = rowsOf(0, whole).filter((row) => train.y.data[row] !== 3);
  const transfer = pick(train, others);
  const student = digitsNetwork({ hidden: [100, 100], seed: 3 });
  const training = distill({ teacher, student, temperature: 4, alpha: 1 });
  training.compile({ optimizer: fallingAdam(1e-3, steps(others.length, epochs)) });
  await training.fit(transfer.x, null, { epochs, batchSize });
  const before = await errorsOf(student, test);
  const bias = student.variables.at(-1)?.variable;
  if (bias === undefined) throw new Error("the last variable is the bias of the last layer");
  const start = bias.value.clone() as Tensor<"float32">;
  let best = { errors: Number.POSITIVE_INFINITY, raised: 0 };
  for (let raised = 0; raised <= 8; raised += 0.25) {
    bias.value = withThree(start, raised);
    const errors = await errorsOf(student, heldOut);
    if (errors < best.errors) best = { errors, raised };
  }
  bias.value = withThree(start, best.raised);
  const after = await errorsOf(student, test);
  print(`Without threes: ${others.length} digits; the paper has 206 errors, 109 with a bias of + 3.5`);
  print(
    `  ${before} errors, ${after} with a bias of + ${best.raised}, chosen on ${heldOut.y.size} other digits`,
  );
  return [before, after];
}

function withThree(bias: Tensor<"float32">, raised: number): Tensor<"float32"> {
  const made = bias.clone();
  made.data[3] = (made.data[3] as number) + raised;
  return made;
}

/**
 * The tables of "Distilling the Knowledge in a Neural Network" (Hinton, Vinyals and Dean 2015) in shape, on MNIST, beside
 * the paper's.
 *
 * @returns test errors: the first table's three, the second's three, and two of the student without threes
 */
export async function distillation(
  amounts: Partial<Amounts> = {},
  print: Print = console.log,
): Promise<number[]> {
  const all: Amounts = { ...usual, ...amounts };
  const { train: whole, test } = readMnist();
  const { heldOut, test: tested } = all;
  const data: Data = {
    train: pick(whole, rowsOf(0, 55_000)),
    heldOut: pick(whole, rowsOf(55_000, 55_000 + heldOut)),
    test: pick(test, rowsOf(0, tested)),
  };
  const first = await crowds(data, all, print);
  const teacher = await largeTeacher(data, all);
  const second = await few(teacher, data, all, print);
  return [...first, ...second, ...(await missing(teacher, data, all, print))];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await distillation();
