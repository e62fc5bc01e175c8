/**
 * What the sequence lab reaches on the data that its marks are of, with the settings and numbers of steps that PyTorch's were.
 *
 *     npx tsx bench/sequence.ts molecules|music|dialogue|strokes|words|pictures|speech DATA [--steps N] [--out DIR]
 *
 * DATA the folder with `molecules_train.smi`, `molecules_heldout.smi` and so on; for pictures that of MNIST's IDX files. One thread unless
 * IMAGO_THREADS says otherwise. Prints one line of JSON: nats of a held-out item, and what 100 (molecules: 1,000) items are worth at each
 * temperature, with and without `strict`. With `--out` what was written is kept there, for other programs to judge.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Generator, nodeRuntime } from "../src/index.js";
import { readWav } from "../src/labs/sequence/audio/wav.js";
import type { StrokeItem } from "../src/labs/sequence/handwriting/strokeItem.js";
import { StrokeTask } from "../src/labs/sequence/handwriting/strokeTask.js";
import { strokeTaskConfig } from "../src/labs/sequence/handwriting/strokeTaskConfig.js";
import { Symbols } from "../src/labs/sequence/items/symbols.js";
import { readItems } from "../src/labs/sequence/items/tokenItems.js";
import { TokenTask } from "../src/labs/sequence/items/tokenTask.js";
import { speakersOf } from "../src/labs/sequence/kinds/dialogue.js";
import type { Judgement, Learnt } from "../src/labs/sequence/kinds/judgement.js";
import type { TokenKindName } from "../src/labs/sequence/kinds/tokenKind.js";
import { tokenKindOf } from "../src/labs/sequence/kinds/tokenKinds.js";
import { PictureTask } from "../src/labs/sequence/pictures/pictureTask.js";
import { readIdx } from "../src/labs/sequence/pictures/readIdx.js";
import { speechName } from "../src/labs/sequence/speech/speechItem.js";
import { SpeechTask } from "../src/labs/sequence/speech/speechTask.js";
import { speechTaskConfig } from "../src/labs/sequence/speech/speechTaskConfig.js";
import type { Drawing } from "../src/labs/sequence/strokes/drawing.js";
import { readDrawings } from "../src/labs/sequence/strokes/readDrawings.js";
import { offsetsToStrokes, strokeOffsets } from "../src/labs/sequence/strokes/strokeOffsets.js";
import { strokesSvg } from "../src/labs/sequence/strokes/strokesSvg.js";
import { SequenceTrainer } from "../src/labs/sequence/training/sequenceTrainer.js";
import { type Recogniser, trainRecogniser } from "./recogniser.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: { type: "string" }, out: { type: "string" } },
});
const [kind = "", data = ""] = positionals;
const runtime = nodeRuntime({ threads: Number(process.env.IMAGO_THREADS ?? 1) });
const began = performance.now();
const cpu = process.cpuUsage();

/** Seconds of processors and of the clock. */
function times(): { readonly cpuSeconds: number; readonly seconds: number } {
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuSeconds: Math.round((user + system) / 1e6),
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

const say = (report: {
  readonly step: number;
  readonly loss: number;
  readonly heldOut?: { readonly perItem: number } | undefined;
}): void =>
  console.error(
    `step ${report.step}: ${report.loss.toFixed(4)}, held out ${report.heldOut?.perItem.toFixed(2)}`,
    JSON.stringify(times()),
  );

/** Items written at each temperature. */
const counts = { molecules: 1000, music: 100, dialogue: 100 } as const;
const temperatures = { molecules: [0.5, 0.8, 1], music: [0.5, 0.8, 1], dialogue: [0.5, 0.8] } as const;
const files = { molecules: "molecules_#.smi", music: "tunes_#.abc", dialogue: "dialogue_#.txt" } as const;

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** What a judgement says, as shares. */
function shares({ count, valid = 0, unique, novel = 0, copies, ended, figures }: Judgement): object {
  const own = Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, round(value)]));
  return {
    valid: valid / count,
    unique: round(unique / Math.max(1, valid)),
    new: round(novel / Math.max(1, unique)),
    copies,
    ended: ended / count,
    ...own,
  };
}

async function tokens(name: TokenKindName): Promise<object> {
  const [learn, held] = await Promise.all(
    ["train", "heldout"].map((part) => readFile(join(data, files[name].replace("#", part)), "utf8")),
  );
  const reader = tokenKindOf(name, { speakers: [] });
  const { items } = readItems(learn ?? "", reader);
  const { batchSize, steps, embedding, dropout } = reader.defaults;
  const network = { cell: "lstm", units: 256, layers: 1, embedding, dropout } as const;
  const speakers = name === "dialogue" ? speakersOf(items) : undefined;
  const task = new TokenTask(
    items,
    // The best weights are chosen by a few of the training file, so that the held-out file is seen once.
    {
      kind: name,
      network,
      tokens: Symbols.of(items.map(reader.tokens)).tokens,
      speakers,
      heldOut: 0.03,
      seed: 1,
    },
    runtime,
  );
  const trainer = new SequenceTrainer(
    task,
    { steps: Number(values.steps ?? steps), every: 200, batchSize, seed: 1 },
    { runtime },
  );
  await trainer.train({ samples: 0, onReport: say });
  const trained = times();
  const heldOut = await trainer.measure(undefined, task.measured(readItems(held ?? "", reader).items));
  const written = await write(name, task, trainer, new Set(items));
  return {
    steps: trainer.options.steps,
    best: trainer.best?.step,
    ...trained,
    nats: heldOut?.perItem,
    perPosition: heldOut?.perPosition,
    written,
  };
}

async function write(
  name: TokenKindName,
  task: TokenTask,
  trainer: SequenceTrainer,
  learnt: Learnt,
): Promise<object> {
  const writer = await task.writer(trainer.network);
  const result: Record<string, object> = {};
  for (const strict of [false, true]) {
    for (const temperature of temperatures[name]) {
      const grammar = strict ? task.kind.grammar(task.symbols.tokens) : undefined;
      const options = {
        count: counts[name],
        temperature,
        grammar,
        longest: task.kind.defaults.longest,
        random: new Generator(7),
      };
      const texts: { text: string; ended: boolean }[] = [];
      for await (const { tokens: own, ended } of writer.items(options))
        texts.push({ text: own.join(""), ended });
      const key = `${strict ? "strict " : ""}${temperature}`;
      result[key] = shares(await task.kind.judge(texts, learnt));
      if (values.out === undefined) continue;
      await mkdir(values.out, { recursive: true });
      const all = texts.map(({ text }, at) => task.kind.shown(text, at)).join(task.kind.separator);
      await writeFile(join(values.out, `${key.replace(" ", "-")}${task.kind.extension}`), `${all}\n`);
    }
  }
  return result;
}

/** Pen strokes of a file. */
async function strokeItems(part: string): Promise<StrokeItem[]> {
  const text = await readFile(join(data, `handwriting_words_${part}.ndjson`), "utf8");
  return readDrawings(text).drawings.map((drawing) => ({
    offsets: strokeOffsets(drawing),
    text: drawing.word,
  }));
}

/** Held-out words that are written, to see whether they end by themselves. */
const writtenWords = 100;

async function strokes(texts: boolean): Promise<object> {
  const [learn, held] = [await strokeItems("train"), await strokeItems("heldout")];
  const task = new StrokeTask(learn, strokeTaskConfig(learn, { texts, heldOut: 0.01, seed: 1 }), runtime);
  const usual = texts ? 700 : 1000;
  const options = {
    steps: Number(values.steps ?? usual),
    every: 100,
    batchSize: 32,
    learningRate: 0.001,
    clip: 5,
    seed: 1,
  };
  const trainer = new SequenceTrainer(task, options, { runtime });
  await trainer.train({ samples: 0, onReport: say });
  const trained = times();
  const nats = (await trainer.measure(undefined, task.measured(held)))?.perPosition;
  if (!texts) return { steps: options.steps, ...trained, natsAPoint: nats };
  const writer = await task.writer(trainer.network);
  const words = held.slice(0, writtenWords).flatMap(({ text }) => text ?? []);
  let ended = 0;
  const drawings: Drawing[] = [];
  for await (const one of writer.items({
    count: words.length,
    text: words,
    bias: 1,
    random: new Generator(7),
  })) {
    if (one.ended) ended++;
    drawings.push({ strokes: offsetsToStrokes(one.offsets), word: one.text ?? "", facts: {} });
  }
  if (values.out !== undefined) {
    await mkdir(values.out, { recursive: true });
    await writeFile(
      join(values.out, "words.svg"),
      strokesSvg(drawings.slice(0, 40), { columns: 4, width: 1600 }),
    );
  }
  return { steps: options.steps, ...trained, natsAPoint: nats, ended, of: words.length };
}

async function pictures(): Promise<object> {
  const [learn, test] = await Promise.all(
    ["train", "t10k"].map(async (part) =>
      readIdx(new Uint8Array(await readFile(join(data, `${part}-images-idx3-ubyte`)))),
    ),
  );
  if (learn === undefined || test === undefined) throw new Error("no pictures");
  const network = { units: 256, hidden: 512 };
  const task = new PictureTask(learn, {
    kind: "pictures",
    network,
    height: 28,
    width: 28,
    binarisation: "drawn",
    heldOut: 0.01,
    seed: 0,
  });
  const trainer = new SequenceTrainer(task, {
    steps: Number(values.steps ?? 2500),
    every: 250,
    batchSize: 100,
    learningRate: 0.003,
    seed: 0,
  });
  await trainer.train({ samples: 0, onReport: say });
  const trained = times();
  const measured = await trainer.measure(undefined, task.measured(test));
  return {
    steps: trainer.options.steps,
    ...trained,
    nats: measured?.perItem,
    binarisation: "drawn once with P = v / 255",
  };
}

/** Recordings of a folder. */
async function recordings(folder: string) {
  const names = (await readdir(join(data, folder))).filter((name) => name.endsWith(".wav")).sort();
  return Promise.all(
    names.map(async (name) => {
      const { text = "", voice = "" } = speechName(name) ?? {};
      return {
        text,
        voice,
        samples: readWav(new Uint8Array(await readFile(join(data, folder, name))), name).samples,
      };
    }),
  );
}

/** Synthesised digits that are judged. */
const judgedDigits = 200;

async function speech(): Promise<object> {
  const [learn, held] = [await recordings("digits_train"), await recordings("digits_heldout")];
  const recogniser = await trainRecogniser(learn, runtime);
  const judge = await recogniser.accuracy(held);
  const task = new SpeechTask(
    learn,
    speechTaskConfig(learn, { network: { units: 256, layers: 1 }, heldOut: 0.05, seed: 0 }),
  );
  const trainer = new SequenceTrainer(task, {
    steps: Number(values.steps ?? 2500),
    every: 500,
    batchSize: 32,
    learningRate: 0.002,
    seed: 0,
  });
  await trainer.train({ onReport: say });
  const recognised = await recognisedOf(task, trainer, recogniser);
  return {
    steps: trainer.options.steps,
    ...times(),
    recogniser: judge,
    recognised,
    of: judgedDigits,
  };
}

async function recognisedOf(
  task: SpeechTask,
  trainer: SequenceTrainer,
  recogniser: Recogniser,
): Promise<number> {
  const writer = await task.writer(trainer.network);
  const { voices } = task.config;
  let right = 0;
  for (let at = 0; at < judgedDigits; at++) {
    const [digit, voice] = [String(at % 10), voices[Math.floor(at / 10) % voices.length]];
    const { samples } = await writer.say(digit, { voice, random: new Generator(at) });
    if ((await recogniser.recognise(samples)) === digit) right++;
  }
  return right;
}

const works: Readonly<Record<string, () => Promise<object>>> = {
  molecules: () => tokens("molecules"),
  music: () => tokens("music"),
  dialogue: () => tokens("dialogue"),
  strokes: () => strokes(false),
  words: () => strokes(true),
  pictures,
  speech,
};
const work = works[kind];
if (work === undefined || data === "") {
  console.error(`npx tsx bench/sequence.ts ${Object.keys(works).join("|")} DATA [--steps N] [--out DIR]`);
  process.exitCode = 2;
} else console.log(JSON.stringify({ case: `sequence-${kind}`, ...(await work()) }));
