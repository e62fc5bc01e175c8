import type { Command } from "commander";
import { flag, number, optional } from "../../../../engine/options.js";
import type { TokenTaskOptions } from "../../../../labs/sequence/items/tokenTaskConfig.js";
import type { TextOptions } from "../../../../labs/sequence/text/config.js";
import { learnFields } from "../../../../labs/sequence/training/sequenceTrainer.js";
import { type TrainingOptions, trainingFields } from "../../../../labs/sequence/training/trainingOptions.js";
import { FieldFlags, type Given } from "../../shell/flag.js";
import { UsageError } from "../../shell/run.js";

/** What serves items alone, besides what text and items share. */
const fields = {
  steps: optional(trainingFields.steps),
  every: optional(trainingFields.every),
  clip: optional(trainingFields.clip),
  keep: optional(trainingFields.keep),
  samples: optional(learnFields.samples),
  texts: optional(flag(false)),
  labels: optional(flag(false)),
  mostTokens: optional(
    number({ min: 1, max: 1_000_000, integer: true, help: "tokens of an item that is learnt at most" }),
  ),
};

const flags = new FieldFlags(fields, {
  steps: { help: "items: batches in all, 1 to 10000000 (default: by kind and number of items)" },
  every: { help: "items: batches between two reports, 1 to 1000000 (default: 200)" },
  clip: { help: "items: largest norm of the gradients together, up to 1000000 (default: 1; strokes 5)" },
  keep: { help: "items: weights that are kept in the end, best or last (default: best)" },
  samples: { help: "items: how many are written and judged at each report, 0 to 10000 (default: 16)" },
  texts: { name: "--texts", means: true, help: "strokes: learn to write given words, those of the file" },
  labels: { name: "--labels", means: true, help: "strokes: learn to draw what a word says" },
  mostTokens: { help: "items: longer ones are left out, 1 to 1000000 (default: 4000)" },
});

export type ItemFlags = Given<typeof fields>;

/** Adds the flags to the command. */
export const addItemFlags = (command: Command): Command => flags.addTo(command);

/** What the flags say. @throws UsageError naming the flag */
export const itemFlagsOf = (given: object): ItemFlags => flags.given(given);

/** @throws UsageError on a flag that only items have, where text is learnt */
export function checkTextFlags(given: object): void {
  const [first] = Object.entries(itemFlagsOf(given)).find(([, value]) => value !== undefined) ?? [];
  const name = first === undefined ? undefined : flags.names.get(first);
  if (name !== undefined)
    throw new UsageError(
      `${name} is for items, such as tunes; text is learnt without it. Name a kind by --as.`,
    );
}

/** Flags of text that mean nothing for items, by the options they stand for. */
const textOnly: Readonly<Record<string, string>> = {
  length: "--length",
  mode: "--mode",
  step: "--step",
  kind: "--words",
  lowerCase: "--keep-case",
};

/** @throws UsageError on a flag that only text has */
export function checkItemFlags(given: TextOptions): void {
  for (const [option, name] of Object.entries(textOnly)) {
    const value = new Map<string, unknown>(Object.entries(given)).get(option);
    if (value !== undefined)
      throw new UsageError(
        `${name} is for text; items are learnt whole, letter by letter as they are. Leave it out, or give --as text.`,
      );
  }
  if (given.cell === "rnn") throw new UsageError("--cell: items are learnt by lstm or gru.");
}

/** What text's flags say of the network for items of tokens. */
export function optionsFor({
  cell,
  units,
  layers,
  embedding,
  dropout,
  heldOut,
  seed,
}: TextOptions): TokenTaskOptions {
  // One-hot vectors are text's; of items every token has a vector.
  const size = embedding === 0 ? undefined : embedding;
  return { cell: cell === "rnn" ? undefined : cell, units, layers, embedding: size, dropout, heldOut, seed };
}

/** Passes over few items after which a network knows them by heart. */
const mostPasses = 60;
const fewestSteps = 200;

/** How items are learnt, as far as nobody says otherwise. */
export function trainingFor(
  { steps, every, clip, keep }: ItemFlags,
  { batchSize, learningRate, seed }: TextOptions,
  defaults: Partial<TrainingOptions> & Pick<TrainingOptions, "steps" | "batchSize">,
  { items, epochs }: { readonly items: number; readonly epochs: number | undefined },
): Partial<TrainingOptions> {
  const size = batchSize ?? defaults.batchSize;
  const pass = Math.ceil(items / size);
  const usual = Math.min(defaults.steps, Math.max(fewestSteps, mostPasses * pass));
  const wanted = steps ?? (epochs === undefined ? usual : epochs * pass);
  return {
    ...{ steps: wanted, every: Math.min(every ?? 200, wanted), batchSize: size },
    ...(keep === undefined ? {} : { keep }),
    ...orDefault("clip", clip, defaults),
    ...orDefault("learningRate", learningRate, defaults),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** An option as it is given, else as the kind has it, else not at all. */
function orDefault<K extends keyof TrainingOptions>(
  name: K,
  given: TrainingOptions[K] | undefined,
  defaults: Partial<TrainingOptions>,
): Partial<TrainingOptions> {
  const value = given ?? defaults[name];
  return value === undefined ? {} : { [name]: value };
}

/** What of the flags of a network and of items each kind takes, besides those that all do. */
const taken: Readonly<Record<string, readonly string[]>> = {
  music: ["cell", "units", "layers", "embedding", "dropout", "mostTokens"],
  molecules: ["cell", "units", "layers", "embedding", "dropout", "mostTokens"],
  dialogue: ["cell", "units", "layers", "embedding", "dropout", "mostTokens"],
  strokes: ["units", "layers", "texts", "labels"],
  speech: ["units", "layers"],
  pictures: ["units"],
};
const ofSome = ["cell", "units", "layers", "embedding", "dropout", "mostTokens", "texts", "labels"];

/** @throws UsageError on a flag that the kind has no use for */
export function checkKindFlags(kind: string, options: TextOptions, given: ItemFlags): void {
  const all = new Map<string, unknown>(Object.entries({ ...options, ...given }));
  const own = taken[kind] ?? [];
  const first = ofSome.find((name) => all.get(name) !== undefined && !own.includes(name));
  if (first === undefined) return;
  const flag = flags.names.get(first) ?? `--${first}`;
  throw new UsageError(`${flag} has no meaning for ${kind}. Leave it out.`);
}
