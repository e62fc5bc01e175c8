import type { Command } from "commander";
import { number, optional } from "../../../engine/options.js";
import { threadsVariable } from "../../../engine/runtime/threads.node.js";
import { type TextConfig, type TextOptions, textFields } from "../../../labs/sequence/text/config.js";
import { trainFields } from "../../../labs/sequence/text/trainer.js";
import { FieldFlags } from "../shell/flag.js";
import { mostMinutes } from "../shell/limits.js";
import { UsageError } from "../shell/run.js";
import { type SearchLimits, searchFlagsFor, searchIn } from "../study/searchFlags.js";
import { addItemFlags } from "./items/itemFlags.js";
import { type ItemKind, kindField } from "./items/itemKind.js";

/** The flags of `imago write train`, besides those of the lab's options, as commander gives them. */
export interface TrainFlags {
  readonly out?: string;
  readonly resume?: true;
  /** A folder of runs, or that the usual one is meant. */
  readonly track?: string | true;
  readonly as?: ItemKind;
  readonly from?: string;
}

/** Epochs where nothing is said. */
export const defaultEpochs = 20;
/** Networks that a search tries where nothing is said. */
export const defaultTrials = 30;

const durationFlags = new FieldFlags(
  {
    epochs: trainFields.epochs,
    minutes: optional(
      number({ above: 0, max: mostMinutes, help: "stop after so many minutes, saved", unit: "m" }),
    ),
  },
  { epochs: { default: defaultEpochs } },
);

const kindFlags = new FieldFlags(
  {
    as: optional(kindField),
    threads: optional(
      number({
        min: 1,
        max: 1024,
        integer: true,
        help: "threads that share the work (default: one for each core)",
      }),
    ),
  },
  {
    as: {
      help: "what the file holds: text, music, molecules, dialogue, strokes, speech or pictures (default: by its name, else text)",
    },
  },
);

const tuneFlags = searchFlagsFor(defaultTrials);

const labFlags = new FieldFlags(textFields, {
  kind: { name: "--words", means: "words", help: "learn words instead of characters" },
  lowerCase: { name: "--keep-case", means: false, help: "keep capitals and small letters apart" },
  maxWords: false,
  units: { help: "units of each recurrent layer, 1 to 8192 (default: 128; items 256)" },
  embedding: {
    help: "size of learnt vectors for tokens, 0 to 8192; 0 for one-hot vectors (default: 0; items by kind)",
  },
  batchSize: {
    name: "--batch",
    help: "windows, strands of the text, or items, in a step, 1 to 65536 (default: 128; items by kind)",
  },
  learningRate: {
    help: "rate at the beginning, up to 1000 (default: 0.01 of RMSprop; items by kind, of Adam)",
  },
});

/** Adds the flags to the command. */
export function addTrainFlags(command: Command): Command {
  kindFlags.addTo(command);
  command.option("--out <dir>", "folder for the model (default: the file's name, and -model)");
  durationFlags.addTo(command);
  command.option("--resume", "go on with the model in the folder, on the same text");
  tuneFlags.addTo(command);
  command.option("--track [dir]", "record figures and samples as a run in the folder (default: runs)");
  labFlags.addTo(command);
  command.option(
    "--from <dir>",
    "items: begin with what the model in the folder has learnt, on other items of its kind",
  );
  return addItemFlags(command);
}

/** Lets the work be shared by as many threads as the call says; before anything computes. */
export function useThreads(flags: TrainFlags): void {
  const { threads } = kindFlags.given(flags);
  if (threads !== undefined) process.env[threadsVariable] = String(threads);
}

/** What the flags say about a search; `undefined` where none is wanted. @throws UsageError on flags that need `--tune` */
export function searchOf(flags: TrainFlags): SearchLimits | undefined {
  const search = searchIn(tuneFlags, flags);
  if (search === undefined) return undefined;
  if (flags.resume === true)
    throw new UsageError("--resume goes on with a model; a search goes on by --tune alone.");
  if (flags.track !== undefined)
    throw new UsageError("--track records one training; what --tune tries is kept in its study.");
  return search;
}

/**
 * What the flags say about the network and how it learns; what is not said is `undefined`.
 *
 * @throws UsageError naming the flag
 */
export function textOptionsOf(flags: TrainFlags): TextOptions {
  const options = labFlags.given(flags);
  if (options.mode === "dense" && options.step !== undefined) {
    throw new UsageError("--step is for windows; in dense mode every token is predicted once an epoch.");
  }
  return options;
}

/** How long to train, as far as it is said. */
export interface Duration {
  readonly epochs?: number | undefined;
  readonly minutes?: number | undefined;
}

/** @throws UsageError naming the flag */
export function durationOf(flags: TrainFlags): Duration {
  return durationFlags.given(flags);
}

/**
 * A model that is gone on with keeps the options it was begun with.
 *
 * @throws UsageError on a flag that says something else
 */
export function checkSameOptions(options: TextOptions, saved: TextConfig): void {
  const { network, vocabulary, ...figures } = saved;
  const { kind, lowerCase } = vocabulary;
  const known: Readonly<Record<string, unknown>> = { ...network, ...figures, kind, lowerCase };
  const all = new Map<string, unknown>(Object.entries(options));
  for (const [name, flag] of labFlags.names) {
    const given = all.get(name);
    if (given === undefined || given === known[name]) continue;
    const was = typeof known[name] === "number" ? ` (${known[name]})` : "";
    throw new UsageError(
      `${flag} differs from what the model was begun with${was}. Leave it out with --resume, or begin a new model in another folder.`,
    );
  }
}
