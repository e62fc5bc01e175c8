import { type Model, type SymbolicTensor, Tensor } from "../../src/index.js";
import { type Digits, draw, pick, readMnist } from "../mnist.js";
import { type Print, printLosses } from "./report.js";

/** Pictures of digits, `[samples, side, side, 1]`, and which digit each is. */
export interface Pictures {
  readonly x: Tensor<"float32">;
  readonly y: Tensor<"int32">;
}

/** Digits as pictures with so many pixels of black added at each side. */
function pictures({ x, y }: Digits, border: number): Pictures {
  const side = 28 + 2 * border;
  const made = Tensor.zeros([y.size, side, side, 1]);
  for (let line = 0; line < y.size * 28; line++) {
    const [sample, row] = [Math.floor(line / 28), line % 28];
    const at = (sample * side + row + border) * side + border;
    made.data.set(x.data.subarray(line * 28, (line + 1) * 28), at);
  }
  return { x: made, y };
}

/** Some of MNIST to learn from and some to test on, always the same ones. */
export function someDigits(
  train: number,
  test: number,
  border = 0,
): { readonly train: Pictures; readonly test: Pictures } {
  const all = readMnist();
  return {
    train: pictures(pick(all.train, draw(train, 21)), border),
    test: pictures(pick(all.test, draw(test, 22, 10_000)), border),
  };
}

/** The first so many of the pictures. */
export function first({ x, y }: Pictures, count: number): Pictures {
  const [, ...sizes] = x.shape as readonly [number, number, number, number];
  const each = x.size / y.size;
  return {
    x: new Tensor("float32", [count, ...sizes], x.data.slice(0, count * each)),
    y: new Tensor("int32", [count], y.data.slice(0, count)),
  };
}

const batchSize = 32;

/** A network that takes one picture and gives one probability for each digit. */
export type Classifier = Model<SymbolicTensor, SymbolicTensor>;

export interface Learning {
  readonly name: string;
  readonly epochs: number;
  /** At the first step; it falls in a line to 0. Default: 0.002. */
  readonly learningRate?: number | undefined;
}

export interface Learnt {
  /** Mean loss of each epoch. */
  readonly losses: readonly number[];
  /** The share of the test pictures that it knows. */
  readonly accuracy: number;
  readonly parameters: number;
}

/** Trains by RMSprop, as the course does, prints the losses, and tests on pictures that it has not seen. */
export async function learnDigits(
  network: Classifier,
  train: Pictures,
  test: Pictures,
  { name, epochs, learningRate = 2e-3 }: Learning,
  print: Print,
): Promise<Learnt> {
  const decaySteps = epochs * Math.ceil(train.y.size / batchSize);
  const rate = { initialLearningRate: learningRate, decaySteps, endLearningRate: 0 };
  network.compile({
    optimizer: {
      name: "rmsprop",
      config: { learningRate: { name: "polynomialDecay", config: rate } },
    },
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const { history } = await network.fit(train.x, train.y, { epochs, batchSize });
  const { accuracy } = await network.evaluate(test.x, test.y, { batchSize: 250 });
  const losses = history.loss ?? [];
  printLosses(name, losses, print);
  const parameters = countParameters(network);
  await network.dispose();
  return { losses, accuracy: accuracy as number, parameters };
}

/** How many numbers a network learns. */
export function countParameters(network: Pick<Model, "variables">): number {
  return network.variables.reduce((sum, { variable }) => sum + variable.value.size, 0);
}
