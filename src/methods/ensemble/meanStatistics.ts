import { reduceMean } from "../../engine/ops/reduceMean.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { recomputeStatistics } from "../../nn/callbacks/recomputeStatistics.js";
import { inputColumns } from "../../nn/data/columns.js";
import { sliceRows } from "../../nn/data/rows.js";
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

/** As errors name it. */
const where = "averageCheckpoints: data";

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
  const inputsData = inputColumns(where, same.inputs, x);
  const batches = () => targetedBatches(same, inputsData, batchSize);
  await same.fit(batches as never, { epochs: 1, callbacks: [pass] } as never);
  await same.dispose();
}

/** Batches with targets of the outputs' own shapes, which nothing looks at. */
async function* targetedBatches(
  model: Model<Structure, Structure>,
  data: readonly Tensor[],
  batchSize: number,
): AsyncGenerator<readonly [unknown, unknown]> {
  const rows = (data[0] as Tensor).sizeAt(0);
  const trainer = await model.trainer();
  for (let from = 0; from < rows; from += batchSize) {
    const batch = data.map((column) => sliceRows(column, from, Math.min(rows, from + batchSize)));
    const given = await trainer.predict(batch);
    const named = (names: readonly { readonly name: string }[], tensors: readonly Tensor[]) =>
      Object.fromEntries(names.map(({ name }, index) => [name, tensors[index]]));
    const zeros = given.map(({ shape }) => Tensor.zeros(shape));
    yield [named(model.inputs, batch), named(model.outputs, zeros)];
  }
}
