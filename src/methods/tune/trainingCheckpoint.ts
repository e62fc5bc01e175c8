import { readSafetensors, writeSafetensors } from "../../engine/formats/safetensors.js";
import { setWeights, weightsOf } from "../../nn/models/serialize.js";
import type { FitContext } from "../../nn/training/callback.js";
import type { TrainingPosition } from "../../nn/training/position.js";
import { readTraining, writeTraining } from "../../nn/training/savedTraining.js";
import type { Trial } from "./study/trial.js";

const [weightsName, trainingName] = ["weights.safetensors", "training.safetensors"];

/** Saves where training stands with a trial, as of the epochs that are over. */
export async function saveTraining(trial: Trial<unknown>, context: FitContext): Promise<void> {
  const { model, trainer, epoch } = context;
  await trial.save(
    {
      [weightsName]: writeSafetensors(weightsOf(model), { format: "imago weights", version: "1" }),
      [trainingName]: writeTraining({
        trainer: trainer.save(),
        position: { ...context.position(), past: context.past },
      }),
    },
    epoch,
  );
}

/** Brings a network to where a trial's training stood; `undefined` where none was saved, and it is as it was. */
export async function restoreTraining(
  trial: Trial<unknown>,
  { model, trainer }: FitContext,
): Promise<TrainingPosition | undefined> {
  const checkpoint = trial.isResumable ? await trial.checkpoint() : undefined;
  const [weights, training] = [checkpoint?.files[weightsName], checkpoint?.files[trainingName]];
  if (weights === undefined || training === undefined) return undefined;
  const where = `trial ${trial.number}`;
  const state = readTraining(training, `${where}: ${trainingName}`);
  setWeights(model.variables, readSafetensors(weights, { name: `${where}: ${weightsName}` }).tensors);
  trainer.restore(state.trainer);
  return state.position;
}
