/**
 * What distillation is worth on MNIST, in test errors of 10,000, beside figures of PyTorch with the same settings.
 *
 *   npx tsx bench/distillation.ts [--teacher FOLDER] [--seed N] [MARK …]
 *
 * Without marks it names them. The teacher, 784-500-500-10 with dropout and shifts of a pixel, is trained first (some
 * minutes) and kept in the folder (default: bench/.build/distillation-teacher). The 1,800 digits of "3 %" are
 * `draw(1800, 100)` of examples/mnist.ts. Prints a line of JSON for each mark.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  type Digits,
  digitsNetwork,
  draw,
  errorsOf,
  fallingAdam,
  pick,
  readMnist,
  shiftBy,
  shiftedBatches,
} from "../examples/mnist.js";
import { type DistillOptions, distill } from "../src/distill.js";
import { loadModel, type Model, saveModel } from "../src/index.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    teacher: { type: "string", default: join(here, ".build", "distillation-teacher") },
    seed: { type: "string", default: "0" },
  },
});
const seed = Number(values.seed);
const sparse = "sparseCategoricalCrossentropy";

interface Mark {
  readonly name: string;
  /** Of PyTorch, with its settings. */
  readonly expected: number;
  readonly small: boolean;
  readonly epochs: number;
  /** Nothing for training on labels alone. */
  readonly options?: Partial<DistillOptions> | undefined;
  /** Largest shift in pixels. */
  readonly shifts?: number;
  readonly lossWeight?: number;
}

const three = { small: true };
const all = { small: false, epochs: 12 };
const marks: readonly Mark[] = [
  { ...three, name: "hard-40", expected: 799, epochs: 40 },
  { ...three, name: "hard-150", expected: 786, epochs: 150 },
  { ...three, name: "soft20-40", expected: 574, epochs: 40, options: { temperature: 20, alpha: 1 } },
  { ...three, name: "soft20-150", expected: 366, epochs: 150, options: { temperature: 20, alpha: 1 } },
  { ...three, name: "soft4-150", expected: 448, epochs: 150, options: { temperature: 4, alpha: 1 } },
  { ...three, name: "shifts-hard", expected: 429, epochs: 150, shifts: 2 },
  {
    ...three,
    name: "shifts-soft",
    expected: 201,
    epochs: 150,
    shifts: 2,
    options: { temperature: 4, alpha: 1 },
  },
  { ...all, name: "all-hard", expected: 231 },
  { ...all, name: "all-soft4", expected: 200, options: { temperature: 4, alpha: 0.9 } },
  {
    ...all,
    name: "all-logits",
    expected: 213,
    options: { mode: "logits", centred: true, alpha: 1 },
    lossWeight: 0.1,
  },
];

async function teacherFor(train: Digits, test: Digits): Promise<Model> {
  if (existsSync(join(values.teacher, "model.json"))) return (await loadModel(values.teacher)).model;
  const teacher = digitsNetwork({ hidden: [500, 500], seed: 1, dropouts: [0.1, 0.4] });
  const [batch, epochs] = [256, 14];
  teacher.compile({ optimizer: fallingAdam(2e-3, epochs * Math.ceil(60_000 / batch)), loss: sparse });
  for (let epoch = 0; epoch < epochs; epoch++) {
    await teacher.fit(shiftedBatches(train, batch, 1, 1), { initialEpoch: epoch, epochs: epoch + 1 });
    console.error(`teacher, epoch ${epoch + 1}: ${await errorsOf(teacher, test)} errors`);
  }
  await saveModel(teacher, values.teacher);
  return teacher;
}

async function run(mark: Mark, teacher: Model, train: Digits, test: Digits): Promise<number> {
  const { small, epochs, options, shifts, lossWeight } = mark;
  const batchSize = small ? 100 : 128;
  const data = small ? pick(train, draw(1800, 100)) : train;
  const student = digitsNetwork({ hidden: small ? [300, 300] : [100, 100], seed });
  const optimizer = fallingAdam(1e-3, epochs * Math.ceil(data.y.size / batchSize));
  const augment = shifts === undefined ? undefined : shiftBy(shifts);
  // On labels alone: the teacher has no share, and the student sees what it sees in the other runs.
  const training = distill({ teacher, student, augment, ...(options ?? { alpha: 0 }) });
  training.compile({
    optimizer,
    loss: sparse,
    ...(lossWeight === undefined ? {} : { lossWeights: [lossWeight] }),
  });
  await training.fit(data.x, data.y, { epochs, batchSize });
  const errors = await errorsOf(student, test);
  await training.dispose();
  return errors;
}

const chosen = marks.filter(({ name }) => positionals.includes(name) || positionals.includes("all"));
if (chosen.length === 0) {
  console.log(`Marks are: ${marks.map(({ name }) => name).join(", ")}, all`);
} else {
  const { train, test } = readMnist();
  const teacher = await teacherFor(train, test);
  console.log(JSON.stringify({ mark: "teacher", errors: await errorsOf(teacher, test), pytorch: 113 }));
  for (const mark of chosen) {
    const started = performance.now();
    const errors = await run(mark, teacher, train, test);
    const standardError = Number(Math.sqrt(errors * (1 - errors / 10_000)).toFixed(1));
    const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
    console.log(
      JSON.stringify({ mark: mark.name, errors, standardError, pytorch: mark.expected, seed, seconds }),
    );
  }
}
