/**
 * The course's two-input network: a text and a question about it lead to a word of answer. Stories of who went where are
 * told from a seed, and the answer is where the person asked about went last, so that it takes both the text and the
 * question. Beside it stand a network that sees the question alone, one that sees the text alone, and the network of the
 * lecture to the letter, whose softmax stands directly on the two encodings. About half a minute on two cores.
 *
 *   npx tsx examples/question-answering.ts
 */
import { pathToFileURL } from "node:url";
import {
  concatenate,
  dense,
  embedding,
  Generator,
  input,
  lstm,
  model,
  type SymbolicTensor,
} from "../src/index.js";
import { type Print, percent, printLosses, printTable } from "./course/report.js";
import { places, type Stories, tellMany, words } from "./course/stories.js";

/** How much is done; a test does less. */
export interface Amounts {
  /** Stories to learn from. */
  readonly train: number;
  readonly test: number;
  /** Sentences in a story. */
  readonly sentences: number;
  readonly epochs: number;
}

const usual: Amounts = { train: 2000, test: 1000, sentences: 3, epochs: 30 };

/** What a network sees, and how it joins the two. */
const kinds = {
  "the question alone": { sees: ["question"], hidden: true },
  "the text alone": { sees: ["text"], hidden: true },
  "both, as the lecture joins them": { sees: ["text", "question"], hidden: false },
  "both, and a layer for them to meet": { sees: ["text", "question"], hidden: true },
} as const;

type Kind = keyof typeof kinds;

/** The network of one kind. It takes both inputs, and uses those that it sees. */
export function answerNetwork(kind: Kind) {
  const inputs = {
    text: input({ shape: [null], dtype: "int32" }),
    question: input({ shape: [null], dtype: "int32" }),
  };
  const encode = (x: SymbolicTensor, outputDim: number, units: number): SymbolicTensor =>
    lstm({ units })(embedding({ inputDim: words.length, outputDim })(x));
  const encoders = {
    text: () => encode(inputs.text, 32, 32),
    question: () => encode(inputs.question, 16, 16),
  };
  const { sees, hidden } = kinds[kind];
  const encoded = sees.map((what) => encoders[what]());
  const joined = encoded.length === 1 ? (encoded[0] as SymbolicTensor) : concatenate()(encoded);
  const before = hidden ? dense({ units: 64, activation: "relu" })(joined) : joined;
  const answer = dense({ units: places.length, activation: "softmax" })(before);
  return model({ inputs, outputs: { answer }, seed: 1 });
}

/** Trains one kind, prints its losses, and tests it on stories that it has not read. */
async function learn(kind: Kind, train: Stories, test: Stories, epochs: number, print: Print) {
  const network = answerNetwork(kind);
  network.compile({
    optimizer: { name: "adam", config: { learningRate: 0.01 } },
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const { history } = await network.fit(train.data, { answer: train.answers }, { epochs, batchSize: 64 });
  const { accuracy } = await network.evaluate(test.data, { answer: test.answers }, { batchSize: 250 });
  const losses = history.loss ?? [];
  printLosses(kind, losses, print);
  await network.dispose();
  return { losses, known: history.accuracy?.at(-1) as number, accuracy: accuracy as number };
}

type Learnt = Awaited<ReturnType<typeof learn>>;

/**
 * Trains the four networks and prints what each knows.
 *
 * @returns for each its losses, its accuracy on the stories of its last epoch and on stories that it has not read
 */
export async function questionAnswering(
  amounts: Partial<Amounts> = {},
  print: Print = console.log,
): Promise<Readonly<Record<Kind, Learnt>>> {
  const { train: count, test: tests, sentences, epochs } = { ...usual, ...amounts };
  const random = new Generator(5);
  const [train, test] = [
    tellMany(count, sentences, random.split("train")),
    tellMany(tests, sentences, random.split("test")),
  ];
  print(`${count} stories to learn from, ${tests} to test on. The first of them:`);
  const { sentences: told, question, answer } = test.first;
  print(`  ${told.join(". ")}. ${question}? ${places[answer]}`);
  const found: Partial<Record<Kind, Learnt>> = {};
  for (const kind of Object.keys(kinds) as Kind[])
    found[kind] = await learn(kind, train, test, epochs, print);
  const results = found as Record<Kind, Learnt>;
  printTable(
    [
      ["right answers", "stories learnt from", "new stories"],
      ["chance", percent(1 / places.length), percent(1 / places.length)],
      ...Object.entries(results).map(([kind, one]) => [kind, percent(one.known), percent(one.accuracy)]),
    ],
    print,
  );
  print(
    "A softmax of a sum of what the text says and what the question says cannot let the question choose among",
  );
  print("what the text says: one layer more, and it can.");
  return results;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await questionAnswering();
