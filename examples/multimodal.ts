/**
 * The price of second-hand clothing from metadata, a text and a picture: three networks averaged by weights against one
 * network of three branches trained jointly. The offers are made up by the rule in clothing/rule.ts, so that the smallest
 * squared error that there can be is known. About a minute on two cores.
 *
 *   npx tsx examples/multimodal.ts
 */
import { pathToFileURL } from "node:url";
import { ensemble, superLearnerWeights } from "../src/ensemble.js";
import {
  concatenate,
  conv1d,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  Generator,
  globalMaxPooling1d,
  input,
  maxPooling2d,
  model,
  type SymbolicTensor,
  type Tensor,
} from "../src/index.js";
import { type Attainable, attainableErrors } from "./clothing/attainable.js";
import { facts, makeOffers, type Offers } from "./clothing/offers.js";
import { side } from "./clothing/picture.js";
import { type Source, sources } from "./clothing/rule.js";
import { textLength, words } from "./clothing/words.js";

/** How much is done; a test does less. */
export interface Amounts {
  readonly train: number;
  /** Offers on which the weights are found. */
  readonly heldOut: number;
  readonly test: number;
  readonly epochs: number;
}

const usual: Amounts = { train: 16_000, heldOut: 1000, test: 2000, epochs: 8 };
const batchSize = 64;

/** By so much at least the joint network's squared error is to be below the average's. */
export const statedMargin = 0.2;

/** What each source becomes before anything is said about prices: layers that suit its kind of data. */
const branches: Readonly<Record<Source, (x: SymbolicTensor) => SymbolicTensor>> = {
  metadata: (x) => dense({ units: 32, activation: "relu" })(x),
  // Windows of three words: "not signed" is another thing than "signed".
  text: (x) => {
    const each = embedding({ inputDim: words, outputDim: 16 })(x);
    return globalMaxPooling1d()(conv1d({ filters: 48, kernelSize: 3, activation: "relu" })(each));
  },
  picture: (x) => {
    const convolve = (filters: number) =>
      conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" });
    const small = maxPooling2d()(convolve(16)(x));
    const tiny = maxPooling2d()(convolve(32)(small));
    return dense({ units: 48, activation: "relu" })(dropout({ rate: 0.3 })(flatten()(tiny)));
  },
};

/** A network on some of the sources. It takes all three, as `ensemble` wants of its members, and uses those named. */
export function priceNetwork(used: readonly Source[], seed = 1) {
  const inputs = {
    metadata: input({ shape: [facts] }),
    text: input({ shape: [textLength], dtype: "int32" }),
    picture: input({ shape: [side, side, 3] }),
  };
  const seen = used.map((source) => branches[source](inputs[source]));
  const all = seen.length === 1 ? (seen[0] as SymbolicTensor) : concatenate()(seen);
  // Two layers on all branches together: here a stain and a condition can meet.
  const hidden = dense({ units: 64, activation: "relu" })(dense({ units: 64, activation: "relu" })(all));
  return model({ inputs, outputs: { price: dense({ units: 1 })(hidden) }, seed });
}

type Network = ReturnType<typeof priceNetwork>;
type Print = (line: string) => void;

async function trained(
  used: readonly Source[],
  { data, prices }: Offers,
  epochs: number,
  print: Print,
): Promise<Network> {
  print(`Learning from ${used.join(", ")} …`);
  const started = performance.now();
  const network = priceNetwork(used);
  const decaySteps = epochs * Math.ceil(prices.size / batchSize);
  const learningRate = { name: "cosineDecay", config: { initialLearningRate: 2e-3, decaySteps } } as const;
  network.compile({ optimizer: { name: "adam", config: { learningRate } }, loss: "mse" });
  await network.fit(data, { price: prices }, { epochs, batchSize });
  print(`  ${epochs} epochs in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return network;
}

interface Predictor {
  predict(x: Offers["data"], options: { batchSize: number }): Promise<Readonly<Record<string, Tensor>>>;
}

/** What a network, or a pool of them, says of the logarithms of prices. */
async function pricesBy(network: Predictor, { data }: Offers): Promise<Float32Array> {
  return (await network.predict(data, { batchSize: 500 })).price?.data as Float32Array;
}

/** The three networks as one model, by the weights that suit offers which none of them has seen. */
async function average(networks: readonly Network[], heldOut: Offers) {
  const held: Record<string, Float32Array> = {};
  for (const [index, source] of sources.entries()) {
    held[source] = await pricesBy(networks[index] as Network, heldOut);
  }
  const { weights } = superLearnerWeights(held, heldOut.prices.data);
  return { pool: ensemble(networks, { weights }), weights };
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** A mean and its standard error. */
function meanOf(values: readonly number[]): readonly [number, number] {
  const centre = mean(values);
  return [centre, Math.sqrt(mean(values.map((one) => (one - centre) ** 2)) / (values.length - 1))];
}

/** Squared errors, one for each offer. */
const errorsOf = (predicted: ArrayLike<number>, { prices }: Offers): number[] =>
  Array.from(prices.data, (price, row) => (price - (predicted[row] as number)) ** 2);

type Row = readonly [name: string, errors: readonly number[] | undefined, attainable: number];

function table(rows: readonly Row[]): string[] {
  const line = (...[name, error, se, least]: [string, string, string, string]): string =>
    `${name.padEnd(27)}${error.padStart(13)}${se.padStart(10)}${least.padStart(13)}`;
  const figures = rows.map(([name, errors, attainable]) => {
    const [risk, error] = errors === undefined ? ["", ""] : meanOf(errors).map((one) => one.toFixed(4));
    return line(name, risk as string, error as string, attainable.toFixed(4));
  });
  return [line("squared error of log price", "reached", "± se", "attainable"), ...figures];
}

/** Trains on nothing but its amounts, and measures each on offers that nothing has seen. */
async function measure({ train: rows, heldOut, test: tests, epochs }: Amounts, print: Print) {
  print(`Drawing ${rows} offers to learn from, ${heldOut} to find weights on, ${tests} to test.`);
  const random = new Generator(18);
  const make = (count: number, part: string): Offers => makeOffers(count, random.split(part));
  const [known, test] = [make(rows, "train"), make(tests, "test")];
  const networks: Network[] = [];
  for (const source of sources) networks.push(await trained([source], known, epochs, print));
  const joint = await trained(sources, known, epochs, print);
  const { pool, weights } = await average(networks, make(heldOut, "held out"));
  const constant = new Float32Array(tests).fill(mean([...known.prices.data]));
  const each: number[][] = [];
  for (const network of networks) each.push(errorsOf(await pricesBy(network, test), test));
  const found = {
    weights,
    each,
    nothing: errorsOf(constant, test),
    averaged: errorsOf(await pricesBy(pool, test), test),
    joint: errorsOf(await pricesBy(joint, test), test),
    rule: errorsOf(test.worths, test),
  };
  for (const network of [...networks, joint, pool]) await network.dispose();
  return found;
}

/**
 * Trains the networks, and prints what each reaches of what is attainable, and by how much joint training is ahead.
 *
 * @returns mean squared errors on the test offers, and the margin with its standard error
 */
export async function multimodal(amounts: Partial<Amounts> = {}, print: Print = console.log) {
  const found = await measure({ ...usual, ...amounts }, print);
  const least = attainableErrors();
  const rows: Row[] = [
    ["the mean of all prices", found.nothing, least.nothing],
    ...sources.map((source, index): Row => [`${source} alone`, found.each[index], least.each[source]]),
    ["the three by weights", found.averaged, least.averaged],
    ["any sum of three functions", undefined, least.sum],
    ["three branches, jointly", found.joint, least.everything],
    ["the rule itself", found.rule, least.everything],
  ];
  for (const line of table(rows)) print(line);
  const weights = sources.map((source, index) => `${source} ${found.weights[index]?.toFixed(2)}`);
  const apart = found.averaged.map((error, row) => error - (found.joint[row] as number));
  const [margin, error] = meanOf(apart);
  print(`Weights: ${weights.join(", ")}.`);
  print(
    `Joint training is ahead by ${margin.toFixed(4)} ± ${error.toFixed(4)} (paired); stated: at least ${statedMargin}, ` +
      `${margin >= statedMargin ? "reached" : "missed"}.`,
  );
  for (const line of why(least)) print(line);
  const [averaged, joint, rule] = [found.averaged, found.joint, found.rule].map(mean) as [
    number,
    number,
    number,
  ];
  return { each: found.each.map(mean), averaged, joint, rule, margin, error, weights: found.weights };
}

/** Where the margin comes from, by the rule alone. */
function why({ averaged, sum, everything }: Attainable): string[] {
  const [shrunk, met] = [averaged - sum, sum - everything].map((one) => one.toFixed(2));
  return [
    "Why: each source explains its own part of the price, and weights of the sum 1 count each part only in part, which",
    `costs ${shrunk} at the best weights. Another ${met} no sum of three functions can have: a signature needs a designer, a`,
    "stain counts by the condition, a pattern by how it was printed, an age by whether the piece is vintage.",
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await multimodal();
