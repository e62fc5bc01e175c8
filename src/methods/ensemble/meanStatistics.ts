import { reduceMean } from "../../engine/ops/reduceMean.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { recomputeStatistics } from "../../nn/callbacks/recomputeStatistics.js";
import { lossFrom } from "../../nn/losses/lossFrom.js";
import type { RestoreOptions } from "../../nn/models/deserialize.js";
import { Model } from "../../nn/models/model.js";
import type { DataFor, Structure } from "../../nn/network/structure.js";
import type { Callback } from "../../nn/training/callback.js";

/** Names of moving statistics and other states of a model that are numbers: what training changes but no gradient. */
export function statisticsOf({ variables }: Model): string[] {
  return variables
    .filter(({ variable }) => !variable.trainable && variable.dtype.startsWith("float"))
    .map(({ path }) => path);
}

/** Nothing is learnt by it: the steps are undone, and only what they leave in moving statistics is looked at. */
const nothing = lossFrom("nothing", (_, prediction) =>
  prediction.rank < 2
    ? prediction
    : reduceMean(prediction, { axes: prediction.shape.map((_, axis) => axis).slice(1), keepDims: false }),
);

/**
 * Sets a model's moving statistics to the means over data under its weights as they are, by one pass.
 *
 * @param x as `predict` takes it
 */
export async function meanStatistics(
  model: Model,
  x: DataFor<Structure>,
  batchSize: number,
  { runtime }: RestoreOptions,
): Promise<void> {
  const { inputStructure: inputs, outputStructure: outputs } = model;
  // The same layers, and so the same variables, without what the model is compiled to.
  const same = new Model<Structure, Structure>({ inputs, outputs, runtime, seed: model.seed });
  same.compile({ optimizer: "sgd", loss: same.outputs.map(() => nothing) as never });
  const pass: Callback = {
    name: "statistics",
    onTrainBegin: async (context) => {
      await recomputeStatistics(context);
      context.stop("done");
    },
  };
  const rows = rowsOf(x);
  const targets = same.outputs.map(() => Tensor.zeros([rows, 1]));
  await same.fit(x, structured(outputs, same, targets) as never, { batchSize, epochs: 1, callbacks: [pass] });
  await same.dispose();
}

/** How many rows there are, whatever form the data have. */
function rowsOf(x: unknown): number {
  if (x instanceof Tensor) return x.sizeAt(0);
  if (Array.isArray(x)) return x[0] instanceof Tensor ? x[0].sizeAt(0) : x.length;
  return rowsOf(Object.values(x as object)[0]);
}

/** Targets in the form of the outputs. */
function structured(outputs: Structure, model: Model, targets: readonly Tensor[]): unknown {
  if (Array.isArray(outputs)) return targets;
  if (targets.length === 1 && "call" in outputs) return targets[0];
  return Object.fromEntries(model.outputs.map(({ name }, index) => [name, targets[index]]));
}
