import { Tensor } from "../../engine/tensor/tensor.js";
import type { ModelVariable } from "../network/modelVariables.js";
import type { FitContext } from "../training/callback.js";

/** Beside it the batch's own part hardly counts, so that the difference of two steps has the momentum to float32's end. */
const large = 2 ** 20;

/** A moving statistic, and the mean of what the batches have. */
interface Statistic {
  readonly entry: ModelVariable;
  /** The share that a step keeps, measured. */
  readonly kept: number;
  readonly sum: Float64Array;
}

/**
 * Sets moving statistics, such as those of batch normalisation, to the means over the training data under the weights as
 * they are, in one pass. A statistic that was 0 before a step is (1 − momentum) times the batch's own behind it, and one
 * that was large shows the momentum; so this works for whatever moves in that way. Weights, optimiser and random numbers
 * stay.
 *
 * Steps are training steps whose updates are undone, so it costs as much as an epoch.
 */
export async function recomputeStatistics(context: FitContext): Promise<void> {
  const { model, trainer } = context;
  const moving = model.variables.filter(
    ({ variable }) => !variable.trainable && variable.dtype.startsWith("float"),
  );
  if (moving.length === 0) return;
  const saved = { ...trainer.save(), slots: clones(trainer.save().slots) };
  const weights = model.variables.map(({ variable }) => variable.value.clone());
  const reset = (): void => {
    model.variables.forEach(({ variable }, index) => {
      variable.value = (weights[index] as Tensor).clone();
    });
  };
  const step = async (batch: Parameters<typeof trainer.train>[0], value: number): Promise<Tensor[]> => {
    reset();
    for (const { variable } of moving) variable.value = Tensor.full(variable.shape, value, variable.dtype);
    await trainer.train(batch);
    return moving.map(({ variable }) => variable.value.clone());
  };
  let statistics: readonly Statistic[] | undefined;
  let size = 0;
  for await (const batch of context.batches()) {
    const after = await step(batch, 0);
    statistics ??= statisticsOf(moving, after, await step(batch, large));
    for (const [index, { sum }] of statistics.entries()) {
      const values = (after[index] as Tensor).data as Float32Array;
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + batch.size * (values[i] as number);
    }
    size += batch.size;
  }
  reset();
  for (const { entry, kept, sum } of statistics ?? []) {
    const { variable } = entry;
    // What a step leaves as it was is frozen, and what it makes anew is no moving mean but a state.
    if (kept > 1 - 1e-6 || kept < 1e-3) continue;
    const mean = Float32Array.from(sum, (value) => value / size / (1 - kept));
    variable.value = new Tensor("float32", variable.shape, mean).cast(variable.dtype);
  }
  trainer.restore(saved);
}

function statisticsOf(
  moving: readonly ModelVariable[],
  fromZero: readonly Tensor[],
  fromOne: readonly Tensor[],
): Statistic[] {
  return moving.map((entry, index) => {
    const [zero, one] = [fromZero[index] as Tensor, fromOne[index] as Tensor];
    const { size } = zero;
    const [a, b] = [zero.data as Float32Array, one.data as Float32Array];
    const kept = a.reduce((sum, value, i) => sum + (b[i] as number) - value, 0) / size / large;
    return { entry, kept, sum: new Float64Array(size) };
  });
}

const clones = (slots: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(slots).map(([path, value]) => [path, value.clone()]));
