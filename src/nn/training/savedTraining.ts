import { ImagoError } from "../../engine/errors.js";
import { readSafetensors, writeSafetensors } from "../../engine/formats/safetensors.js";
import type { GeneratorState } from "../../engine/random/generator.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { pack, unpack } from "./pack.js";
import type { TrainingPosition } from "./position.js";
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
  const packed = JSON.parse(metadata.state) as Record<string, unknown>;
  const trainer = unpack(packed.trainer, tensors) as Omit<SavedTrainer, "slots">;
  const position = unpack(packed.position, tensors) as TrainingPosition;
  const callbacks = unpack(packed.callbacks, tensors) as TrainingPosition["callbacks"];
  const slots = Object.fromEntries(Object.entries(tensors).filter(([path]) => path.startsWith(slotsPrefix)));
  checkNumbers(name, trainer, position);
  return { trainer: { ...trainer, slots }, position: { ...position, callbacks } };
}

function checkNumbers(
  name: string,
  { step, random, rateOverride }: { step: number; random: GeneratorState; rateOverride?: number | undefined },
  position: TrainingPosition,
): void {
  const counts = [step, position.epoch, position.step, random.counter];
  const valid =
    counts.every((count) => Number.isSafeInteger(count) && count >= 0) &&
    (rateOverride === undefined || typeof rateOverride === "number");
  if (!valid) throw new ImagoError(`${name}: steps and epochs must be whole numbers from 0`);
}
