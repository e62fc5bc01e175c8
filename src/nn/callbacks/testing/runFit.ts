import { testRuntime } from "../../../engine/testing/evaluate.js";
import { dense } from "../../layers/core/dense.js";
import { input } from "../../layers/core/input.js";
import { type Model, model } from "../../models/model.js";
import type { Callback, FitContext } from "../../training/callback.js";
import type { FitOptions } from "../../training/fitOptions.js";
import type { History } from "../../training/history.js";

/** A line through the origin, y = w · x, with a rate of 0.1. */
export function line(learningRate = 0.1): Model {
  const x = input({ shape: [1] });
  const net = model({ inputs: x, outputs: dense({ units: 1, useBias: false })(x), runtime: testRuntime() });
  net.compile({ optimizer: { name: "sgd", config: { learningRate } }, loss: "mse" });
  net.getLayer("dense").setWeights([[[3]]]);
  return net as Model;
}

export const samples = { x: [[1], [2], [-1], [1]], y: [1, 2, -1, 1] };

/** Fits a line to four samples, two in a batch. */
export async function runFit({
  net = line(),
  ...options
}: FitOptions<unknown, unknown> & { readonly net?: Model } = {}): Promise<{ net: Model; history: History }> {
  const all = { batchSize: 2, shuffle: false, ...options } as FitOptions<never, never>;
  const history = await net.fit(samples.x as never, samples.y as never, all);
  return { net, history };
}

/**
 * Feeds figures to a callback as if each were that of an epoch.
 *
 * @returns the epoch in which it stopped training, and the rates after each epoch
 */
export async function feed(
  callback: Callback,
  monitor: string,
  figures: readonly number[],
  net: Model = line(),
): Promise<{ stoppedAt: number | undefined; rates: number[]; reason: string | undefined }> {
  const trainer = await net.trainer();
  const context: FitContext & { epoch: number; stopped: string | undefined } = {
    model: net,
    trainer,
    epochs: figures.length,
    steps: 1,
    step: 1,
    validates: true,
    epoch: 0,
    stopped: undefined,
    stop(reason) {
      context.stopped ??= reason;
    },
    batches: () => [],
    past: { epochs: [], history: {} },
    position: () => ({ epoch: 0, step: 0 }),
  };
  await callback.onTrainBegin?.(context);
  const rates: number[] = [];
  let stoppedAt: number | undefined;
  for (const [epoch, figure] of figures.entries()) {
    context.epoch = epoch;
    net.getLayer("dense").setWeights([[[epoch]]]);
    await callback.onEpochBegin?.(context);
    await callback.onEpochEnd?.({ [monitor]: figure }, context);
    rates.push(trainer.learningRate);
    if (context.stopped === undefined) continue;
    stoppedAt = epoch;
    break;
  }
  await callback.onTrainEnd?.(context);
  return { stoppedAt, rates, reason: context.stopped };
}
