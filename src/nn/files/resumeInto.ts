import { ImagoError } from "../../engine/errors.js";
import { readSafetensors } from "../../engine/formats/safetensors.js";
import { setWeights } from "../models/serialize.js";
import type { TrainingPosition } from "../training/position.js";
import { readTraining } from "../training/savedTraining.js";
import type { TrainableNetwork } from "../training/trainableNetwork.js";
import { hasFiles, readFiles } from "./folder.js";
import { trainingName, weightsName } from "./modelFiles.js";

/**
 * Brings a network to where training stood when it was saved, so that `fit` goes on by `resume`. For networks that are made
 * in another way than by `loadModel`.
 *
 * @returns where training stood; nothing where none was saved in the folder, and the network is as it was
 * @throws ImagoError where all that was saved is damaged, or is of another network
 */
export async function resumeInto(
  model: TrainableNetwork,
  folder: string,
): Promise<TrainingPosition | undefined> {
  if (!(await hasFiles(folder))) return undefined;
  const { files } = await readFiles(folder);
  const [weights, training] = [files[weightsName], files[trainingName]];
  if (weights === undefined || training === undefined) {
    throw new ImagoError(
      `${folder}: the model there was saved for use alone, not to go on with its training.`,
    );
  }
  const { trainer, position } = readTraining(training, `${folder}/${trainingName}`);
  const { tensors } = readSafetensors(weights, { name: `${folder}/${weightsName}` });
  try {
    setWeights(model.variables, tensors);
    (await model.trainer()).restore(trainer);
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(`${folder}: ${cause.message}`, { cause });
  }
  return position;
}
