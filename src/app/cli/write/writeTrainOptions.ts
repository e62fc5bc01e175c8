import type { Command } from "commander";
import type { TextConfig, TextOptions } from "../../../labs/text/config.js";
import { numberOf, oneOf } from "../shell/numbers.js";
import { UsageError } from "../shell/run.js";

/** The flags of `imago write train` as commander gives them. */
export interface TrainFlags {
  readonly out?: string;
  readonly epochs?: string;
  readonly minutes?: string;
  readonly resume?: true;
  readonly length?: string;
  readonly step?: string;
  readonly units?: string;
  readonly layers?: string;
  readonly cell?: string;
  readonly mode?: string;
  readonly words?: true;
  readonly batch?: string;
  readonly learningRate?: string;
  readonly embedding?: string;
  readonly dropout?: string;
  readonly keepCase?: true;
  readonly heldOut?: string;
  readonly seed?: string;
}

/** Adds the flags to the command. */
export function addTrainFlags(command: Command): Command {
  return command
    .option("--out <dir>", "folder for the model (default: the file's name, and -model)")
    .option("--epochs <n>", "passes over the text (default: 20)")
    .option("--minutes <m>", "stop after so many minutes, saved")
    .option("--resume", "go on with the model in the folder, on the same text")
    .option("--length <n>", "tokens in a window (default: 60)")
    .option("--step <n>", "tokens from one window to the next (default: 3)")
    .option("--units <n>", "units of each recurrent layer (default: 128)")
    .option("--layers <n>", "recurrent layers (default: 1)")
    .option("--cell <kind>", "lstm, gru or rnn (default: lstm)")
    .option(
      "--mode <mode>",
      "window: one prediction a window; dense: one at every position (default: window)",
    )
    .option("--words", "learn words instead of characters")
    .option("--batch <n>", "windows, or strands of the text, in a step (default: 128)")
    .option("--learning-rate <x>", "rate of RMSprop (default: 0.01)")
    .option("--embedding <n>", "size of learnt vectors for tokens (default: 0, one-hot vectors)")
    .option("--dropout <p>", "fraction of each layer's output dropped in training (default: 0)")
    .option("--keep-case", "keep capitals and small letters apart")
    .option("--held-out <p>", "fraction of the text, at its end, to measure on (default: 0.05)")
    .option("--seed <n>", "the same seed gives the same model (default: 0)");
}

const count = (flag: string, text: string | undefined, most: number, least = 1): number | undefined =>
  text === undefined ? undefined : numberOf(flag, text, { whole: true, least, most });

/**
 * What the flags say about the network and how it learns; what is not said is `undefined`.
 *
 * @throws UsageError naming the flag
 */
export function textOptionsOf(flags: TrainFlags): TextOptions {
  const { cell, mode, dropout, heldOut, learningRate } = flags;
  if (mode === "dense" && flags.step !== undefined) {
    throw new UsageError("--step is for windows; in dense mode every token is predicted once an epoch.");
  }
  return {
    length: count("--length", flags.length, 10_000),
    step: count("--step", flags.step, 1_000_000),
    units: count("--units", flags.units, 8192),
    layers: count("--layers", flags.layers, 16),
    cell: cell === undefined ? undefined : oneOf("--cell", cell, ["lstm", "gru", "rnn"]),
    mode: mode === undefined ? undefined : oneOf("--mode", mode, ["window", "dense"]),
    kind: flags.words === undefined ? undefined : "words",
    batchSize: count("--batch", flags.batch, 65_536),
    learningRate:
      learningRate === undefined ? undefined : numberOf("--learning-rate", learningRate, { above: 0 }),
    embedding: count("--embedding", flags.embedding, 8192, 0),
    dropout: dropout === undefined ? undefined : numberOf("--dropout", dropout, { least: 0, below: 1 }),
    lowerCase: flags.keepCase === undefined ? undefined : false,
    heldOut: heldOut === undefined ? undefined : numberOf("--held-out", heldOut, { least: 0, below: 1 }),
    seed: count("--seed", flags.seed, Number.MAX_SAFE_INTEGER, 0),
  };
}

/** How long to train. */
export interface Duration {
  readonly epochs: number | undefined;
  readonly minutes: number | undefined;
}

/** @throws UsageError naming the flag */
export function durationOf({ epochs, minutes }: TrainFlags): Duration {
  return {
    epochs: count("--epochs", epochs, 1_000_000),
    minutes: minutes === undefined ? undefined : numberOf("--minutes", minutes, { above: 0 }),
  };
}

const flagNames: Readonly<Record<keyof TextOptions, string>> = {
  length: "--length",
  step: "--step",
  units: "--units",
  layers: "--layers",
  cell: "--cell",
  mode: "--mode",
  kind: "--words",
  batchSize: "--batch",
  learningRate: "--learning-rate",
  embedding: "--embedding",
  dropout: "--dropout",
  lowerCase: "--keep-case",
  heldOut: "--held-out",
  seed: "--seed",
  maxWords: "--max-words",
};

/**
 * A model that is gone on with keeps the options it was begun with.
 *
 * @throws UsageError on a flag that says something else
 */
export function checkSameOptions(options: TextOptions, saved: TextConfig): void {
  const { network, vocabulary, ...figures } = saved;
  const { kind, lowerCase } = vocabulary;
  const known: Readonly<Record<string, unknown>> = { ...network, ...figures, kind, lowerCase };
  for (const name of Object.keys(flagNames) as (keyof TextOptions)[]) {
    const given = options[name];
    if (given === undefined || given === known[name]) continue;
    const was = typeof known[name] === "number" ? ` (${known[name]})` : "";
    throw new UsageError(
      `${flagNames[name]} differs from what the model was begun with${was}. Leave it out with --resume, or begin a new model in another folder.`,
    );
  }
}
