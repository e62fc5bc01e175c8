/**
 * The course's network of three outputs: from a person's posts their age, the group of their income and their gender, each
 * with a loss and a weight of its own. Who writes what is made up by course/people.ts from a few kinds of lives, so that the
 * three depend on each other. One network that learns all three stands beside one with equal weights and beside three
 * networks of the same size, one for each, all with the same data and epochs. About half a minute on two cores.
 *
 *   npx tsx examples/three-outputs.ts [SEEDS]
 */
import { pathToFileURL } from "node:url";
import {
  conv1d,
  dense,
  embedding,
  Generator,
  globalMaxPooling1d,
  input,
  maxPooling1d,
  model,
  type SymbolicTensor,
} from "../src/index.js";
import { countParameters } from "./course/digits.js";
import { drawPeople, incomeGroups, type People, postLength, vocabulary } from "./course/people.js";
import { mean, median, type Print, printLosses, printTable, seedsGiven, spread } from "./course/report.js";

/** How much is done; a test does less. */
export interface Amounts {
  /** People to learn from. */
  readonly train: number;
  readonly test: number;
  readonly epochs: number;
  /** How often all is done, with other people and weights. */
  readonly seeds: number;
}

const usual: Amounts = { train: 1000, test: 1000, epochs: 12, seeds: 2 };

/** What is told of a person: its head, its loss, and what is measured of it. */
const heads = {
  age: { loss: "mse", metric: "mae", head: (x: SymbolicTensor) => dense({ units: 1 })(x) },
  income: {
    loss: "sparseCategoricalCrossentropy",
    metric: "accuracy",
    head: (x: SymbolicTensor) => dense({ units: incomeGroups, activation: "softmax" })(x),
  },
  gender: {
    loss: "binaryCrossentropy",
    metric: "accuracy",
    head: (x: SymbolicTensor) => dense({ units: 1, activation: "sigmoid" })(x),
  },
} as const;

type Head = keyof typeof heads;
const allHeads = Object.keys(heads) as readonly Head[];

/** The course's convolutions over words, smaller: everything before the heads is shared by those that there are. */
export function personNetwork(wanted: readonly Head[], seed: number) {
  const posts = input({ shape: [postLength], dtype: "int32" });
  const convolve = (filters: number) => conv1d({ filters, kernelSize: 5, activation: "relu" });
  const near = maxPooling1d({ poolSize: 3 })(
    convolve(32)(embedding({ inputDim: vocabulary, outputDim: 16 })(posts)),
  );
  const far = globalMaxPooling1d()(convolve(64)(near));
  const shared = dense({ units: 32, activation: "relu" })(far);
  const outputs = Object.fromEntries(wanted.map((head) => [head, heads[head].head(shared)]));
  return model({ inputs: { posts }, outputs, seed });
}

/** Of people that nothing has seen: mean of the years that ages are off, shares of right incomes and genders. */
type Figures = Readonly<Record<Head, number>>;

/** Factors of the losses in the one loss that is made small. */
type Weights = Readonly<Record<Head, number>>;

const equal: Weights = { age: 1, income: 1, gender: 1 };

const weightings = {
  "one network, equal weights": equal,
  /** The example that the course gives, for an error of 3 to 5 and a cross-entropy of 0.1. */
  "one network, weights 0.25, 1, 10": { age: 0.25, income: 1, gender: 10 },
  /** One over the loss of someone who has read nothing: the ages' variance, logarithms of the numbers of classes. */
  "one network, balanced weights": { age: 1 / 3.3, income: 1 / Math.log(incomeGroups), gender: 1 / Math.LN2 },
} satisfies Record<string, Weights>;

type Way = "nothing read" | "three networks" | keyof typeof weightings;

interface Learnt {
  readonly figures: Partial<Figures>;
  readonly losses: readonly number[];
  readonly parameters: number;
}

/** Trains one network on the outputs that it has, by the course's optimiser. */
async function learn(
  { wanted, weights }: { readonly wanted: readonly Head[]; readonly weights: Weights },
  { train, test }: Readonly<Record<"train" | "test", People>>,
  { epochs, seed }: { readonly epochs: number; readonly seed: number },
): Promise<Learnt> {
  const network = personNetwork(wanted, seed);
  const of = <T>(each: (head: Head) => T): Record<string, T> =>
    Object.fromEntries(wanted.map((head) => [head, each(head)]));
  network.compile({
    optimizer: { name: "rmsprop", config: { learningRate: 3e-3 } },
    loss: of((head) => heads[head].loss),
    lossWeights: of((head) => weights[head]),
    metrics: of((head) => [heads[head].metric]),
  });
  const targets = ({ targets }: People) => of((head) => targets[head]);
  const { history } = await network.fit({ posts: train.posts }, targets(train), { epochs, batchSize: 32 });
  const logs = await network.evaluate({ posts: test.posts }, targets(test), { batchSize: 500 });
  // Figures of a network with one output are without its name.
  const figure = (head: Head): number =>
    logs[`${head}_${heads[head].metric}`] ?? (logs[heads[head].metric] as number);
  const parameters = countParameters(network);
  await network.dispose();
  const years = (head: Head): number => (head === "age" ? 10 * figure(head) : figure(head));
  return { figures: of(years), losses: history.loss ?? [], parameters };
}

/** What someone reaches who has read nothing: the middle of all ages, the commonest income and gender. */
function chance({ targets: known }: People, { targets }: People): Figures {
  const middle = median([...known.age.data]);
  const commonest = (values: ArrayLike<number>): number => {
    const counts = new Array<number>(incomeGroups).fill(0);
    for (const value of Array.from(values)) counts[value] = (counts[value] as number) + 1;
    return counts.indexOf(Math.max(...counts));
  };
  const share = (values: ArrayLike<number>, of: number): number =>
    mean(Array.from(values, (value) => Number(value === of)));
  return {
    age: 10 * mean(Array.from(targets.age.data, (age) => Math.abs(age - middle))),
    income: share(targets.income.data, commonest(known.income.data)),
    gender: share(targets.gender.data, commonest(known.gender.data)),
  };
}

/** All ways once, from one seed. */
async function compare({ train: count, test: tests, epochs }: Amounts, seed: number, print: Print) {
  const random = new Generator(seed);
  const people = {
    train: drawPeople(count, random.split("train")),
    test: drawPeople(tests, random.split("test")),
  };
  const taught = async (name: string, wanted: readonly Head[], weights: Weights): Promise<Learnt> => {
    const learnt = await learn({ wanted, weights }, people, { epochs, seed });
    printLosses(`seed ${seed}, ${name}`, learnt.losses, print);
    return learnt;
  };
  const alone: Learnt[] = [];
  for (const head of allHeads) alone.push(await taught(`${head} alone`, [head], equal));
  const found: Partial<Record<Way, Learnt>> = {
    "nothing read": { figures: chance(people.train, people.test), losses: [], parameters: 0 },
    "three networks": {
      figures: Object.assign({}, ...alone.map(({ figures }) => figures)) as Figures,
      losses: [],
      parameters: alone.reduce((sum, { parameters }) => sum + parameters, 0),
    },
  };
  for (const [way, weights] of Object.entries(weightings) as [keyof typeof weightings, Weights][]) {
    found[way] = await taught(way, allHeads, weights);
  }
  return found as Record<Way, Learnt>;
}

/** A mean over seeds, with its standard error where there are several. */
function cell(values: readonly number[], head: Head): string {
  const [factor, unit] = head === "age" ? [1, " years"] : [100, " %"];
  const error = spread(values);
  const apart = error === undefined ? "" : ` ± ${(factor * error).toFixed(1)}`;
  return `${(factor * mean(values)).toFixed(1)}${apart}${unit}`;
}

/**
 * Trains the networks, and prints what each reaches on people that it has not seen.
 *
 * @returns for each way its mean figures over the seeds, its number of parameters, and the first seed's losses
 */
export async function threeOutputs(amounts: Partial<Amounts> = {}, print: Print = console.log) {
  const all = { ...usual, ...amounts };
  print(
    `${all.train} people to learn from, ${all.test} to test on, ${all.epochs} epochs, ${all.seeds} seeds.`,
  );
  const runs: Record<Way, Learnt>[] = [];
  for (let seed = 1; seed <= all.seeds; seed++) runs.push(await compare(all, seed, print));
  const [run] = runs as [Record<Way, Learnt>];
  const ways = Object.keys(run) as Way[];
  const values = (way: Way, head: Head): number[] => runs.map((one) => one[way].figures[head] as number);
  const rows = ways.map((way) => [
    way,
    run[way].parameters.toLocaleString("en-GB"),
    ...allHeads.map((head) => cell(values(way, head), head)),
  ]);
  printTable(
    [["on new people", "parameters", "age is off by", "income right", "gender right"], ...rows],
    print,
  );
  const found = ways.map((way) => {
    const figures = Object.fromEntries(allHeads.map((head) => [head, mean(values(way, head))])) as Figures;
    return [way, { ...run[way], figures }] as const;
  });
  return Object.fromEntries(found) as Record<Way, Learnt & { readonly figures: Figures }>;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await threeOutputs({ seeds: seedsGiven(usual.seeds) });
}
