import { ImagoError, messageOf } from "../../engine/errors.js";
import { parseJsonObject } from "../../engine/files/parseJson.js";
import { readSafetensors, writeSafetensors } from "../../engine/formats/safetensors.js";
import {
  accepting,
  byName,
  type FieldsOf,
  flag,
  largestExact,
  list,
  number,
  optional,
  readOptions,
  record,
  text,
  unchecked,
} from "../../engine/options.js";
import type { GeneratorState } from "../../engine/random/generator.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { TotalsState } from "./logs.js";
import { pack, unpack } from "./pack.js";
import { mostParts } from "./parts/partsOption.js";
import type { PastEpochs, TrainingPosition } from "./position.js";
import type { SavedTrainer } from "./trainer.js";

/** What goes on with a run: the trainer's state and where its loop stood. */
export interface SavedTraining {
  readonly trainer: SavedTrainer;
  readonly position: TrainingPosition;
}

const callbacksPrefix = "callbacks";
const slotsPrefix = "optimizer/";

/** A run as the bytes of a safetensors file: tensors by path, everything else as JSON among the metadata. */
export function writeTraining({ trainer, position }: SavedTraining): Uint8Array {
  const { slots, ...state } = trainer;
  const tensors: Record<string, Tensor> = { ...slots };
  const packed = {
    trainer: pack(state, "trainer", tensors),
    position: pack({ ...position, callbacks: undefined }, "position", tensors),
    callbacks: pack(position.callbacks ?? [], callbacksPrefix, tensors),
  };
  return writeSafetensors(tensors, { format: "imago training", version: "1", state: JSON.stringify(packed) });
}

/**
 * A run from the bytes that {@link writeTraining} gave.
 *
 * @param name what errors call the file
 * @throws on bytes that are no such file
 */
export function readTraining(bytes: Uint8Array, name: string): SavedTraining {
  const { tensors, metadata } = readSafetensors(bytes, { name });
  if (metadata.format !== "imago training" || metadata.version !== "1" || metadata.state === undefined) {
    throw new ImagoError(`${name}: expected the state of a training run of version 1`);
  }
  const packed = parseJsonObject(metadata.state, `${name}: the state`);
  const part = (key: string): unknown => {
    try {
      return unpack(packed[key], tensors);
    } catch (cause) {
      throw new ImagoError(`${name}: ${messageOf(cause)}`, { cause });
    }
  };
  const trainer = readOptions(`${name}: trainer`, part("trainer"), trainerFields);
  const position = readOptions(`${name}: position`, part("position"), positionFields);
  const callbacks = callbacksField.read(name, "callbacks", part("callbacks"));
  const slots = Object.fromEntries(Object.entries(tensors).filter(([path]) => path.startsWith(slotsPrefix)));
  return { trainer: { ...trainer, slots }, position: { ...position, callbacks } };
}

const count = number({ min: 0, max: largestExact, integer: true });
/** Also one that is not finite. */
const figure = accepting("a number", (value): value is number => typeof value === "number");
const figures = list(figure, "an array of numbers");

const trainerFields = {
  step: count,
  // The generator checks it as it takes it back.
  random: unchecked<GeneratorState>("the state of a generator"),
  run: optional(text()),
  rateOverride: optional(figure),
  parts: optional(number({ min: 1, max: mostParts, integer: true })),
  partStatistics: optional(flag(false)),
} satisfies FieldsOf<Omit<SavedTrainer, "slots">>;

const positionFields = {
  epoch: count,
  step: count,
  reading: optional(
    record({
      ...{ batchSize: count, samples: count, stepsPerEpoch: optional(count) },
      ...{
        shuffle: optional(flag(true)),
        seed: optional(count),
      },
    }),
  ),
  totals: optional(
    record({
      ...{ samples: figure, loss: figure, losses: figures, logs: byName(figure, "figures by name") },
      sums: list(list(figures, "arrays of numbers"), "arrays of numbers"),
    } satisfies FieldsOf<TotalsState>),
  ),
  past: optional(
    record({
      epochs: list(count, "an array of whole numbers"),
      history: byName(figures, "figures by name"),
    } satisfies FieldsOf<PastEpochs>),
  ),
} satisfies FieldsOf<Omit<TrainingPosition, "callbacks">>;

// What they remember is checked by those who take it back.
const callbacksField = list(
  record({ name: text(), state: unchecked<unknown>("anything") }),
  "an array of names and states",
);
