import { Generator } from "../../../engine/random/generator.js";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { earlyStopping } from "../../callbacks/earlyStopping.js";
import { modelCheckpoint } from "../../callbacks/files/modelCheckpoint.js";
import { reduceLearningRateOnPlateau } from "../../callbacks/reduceLearningRateOnPlateau.js";
import { dense } from "../../layers/core/dense.js";
import { input } from "../../layers/core/input.js";
import { dropout } from "../../layers/regularization/dropout.js";
import { type Model, model } from "../../models/model.js";
import type { Callback } from "../../training/callback.js";
import type { TrainingPosition } from "../../training/position.js";
import { loadModel } from "../loadModel.js";
import { saveModel } from "../saveModel.js";

export const epochs = 6;
/** Of 5 samples each, the last of 2. */
export const stepsPerEpoch = 9;

/** A small run in which everything takes part that could differ after a resume. */
export function freshModel(): Model {
  const x = input({ shape: [4] });
  const hidden = dropout({ rate: 0.4 })(dense({ units: 8, activation: "tanh" })(x));
  const net = model({
    inputs: x,
    outputs: dense({ units: 1 })(hidden),
    seed: 7,
    runtime: nodeRuntime({ threads: 1 }),
  });
  net.compile({ optimizer: { name: "adam", config: { learningRate: 0.02 } }, loss: "mse", metrics: ["mae"] });
  return net as Model;
}

/** Trains to the end, from where `training` stood, saving every few steps. */
export async function train(
  net: Model,
  training: TrainingPosition | undefined,
  folder: string,
  more: readonly Callback[] = [],
): Promise<TrainingPosition> {
  const random = new Generator(3);
  const x = new Tensor("float32", [56, 4], random.normals(56 * 4));
  const y = new Tensor("float32", [56, 1], random.normals(56));
  const { position } = await net.fit(x as never, y as never, {
    batchSize: 5,
    epochs,
    validationSplit: 0.25,
    resume: training,
    callbacks: [
      modelCheckpoint({ folder, everySteps: 2 }),
      earlyStopping({ patience: 4, restoreBestWeights: true }),
      reduceLearningRateOnPlateau({ monitor: "loss", patience: 1, minDelta: 0.05 }),
      ...more,
    ],
  });
  return position;
}

/** Begins, or goes on where `checkpoint` was saved, and saves the result to `result`. */
export async function trainOrResume(
  checkpoint: string,
  result: string,
  more: readonly Callback[] = [],
): Promise<void> {
  const loaded = await loadModel(checkpoint, { runtime: nodeRuntime({ threads: 1 }) }).catch(
    (error: Error) => {
      // Killed before anything was saved. Any other error is one: beginning anew would hide it.
      if (error.message.endsWith("model.json: there is no such file.")) return undefined;
      throw error;
    },
  );
  const net = loaded?.model ?? freshModel();
  const training = await train(net, loaded?.training, checkpoint, more);
  await saveModel(net, result, { training });
}
