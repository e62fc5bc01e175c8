import { describe, expect, it } from "vitest";
import { exponentialDecay } from "../optimizers/schedules/exponentialDecay.js";
import { sgd } from "../optimizers/sgd.js";
import type { FitContext } from "../training/callback.js";
import { lambdaCallback } from "./lambdaCallback.js";
import { learningRateScheduler } from "./learningRateScheduler.js";
import { reduceLearningRateOnPlateau } from "./reduceLearningRateOnPlateau.js";
import { feed, line, runFit } from "./testing/runFit.js";

describe("learningRateScheduler", () => {
  it("sets the rate of each epoch from the one before", async () => {
    const seen: [number, number][] = [];
    const schedule = (epoch: number, rate: number): number => {
      seen.push([epoch, rate]);
      return rate / 2;
    };
    const rates: number[] = [];
    const watch = lambdaCallback({ onBatchEnd: (_, { trainer }) => void rates.push(trainer.learningRate) });
    await runFit({ net: line(0.8), epochs: 3, callbacks: [learningRateScheduler(schedule), watch] });
    expect(seen).toEqual([
      [0, 0.8],
      [1, 0.4],
      [2, 0.2],
    ]);
    expect(rates).toEqual([0.4, 0.4, 0.2, 0.2, 0.1, 0.1]);
  });

  it("trains with that rate", async () => {
    const { net } = await runFit({ net: line(0.8), callbacks: [learningRateScheduler(() => 0)] });
    expect(net.getLayer("dense").getWeights()[0]?.item()).toBe(3);
  });

  it("does not set the rate twice in an epoch that is resumed", async () => {
    const make = () => learningRateScheduler((_, rate) => rate / 2);
    const stop = lambdaCallback({ onBatchEnd: (_, context) => context.stop("enough") });
    const { net, history } = await runFit({ net: line(0.8), epochs: 2, callbacks: [make(), stop] });
    await runFit({ net, epochs: 2, resume: history.position, callbacks: [make()] });
    expect((await net.trainer()).learningRate).toBe(0.2);
  });

  it.each([Number.NaN, -1, "x"])("refuses a rate of %s", async (rate) => {
    await expect(runFit({ callbacks: [learningRateScheduler(() => rate as number)] })).rejects.toThrow(
      `learningRateScheduler: expected a finite rate from 0 for epoch 0, received ${rate}`,
    );
  });
});

describe("reduceLearningRateOnPlateau", () => {
  // The rates after each epoch, as Keras's ReduceLROnPlateau sets them, worked out from its rule.
  it.each([
    ["after patience epochs", { patience: 2, factor: 0.5 }, [5, 5, 5, 5, 5], [1, 1, 0.5, 0.5, 0.25]],
    ["not while it improves", { patience: 1, factor: 0.5 }, [5, 4, 3], [1, 1, 1]],
    ["where changes are too small", { patience: 1, factor: 0.5, minDelta: 2 }, [5, 4, 2], [1, 0.5, 0.5]],
    [
      "waiting out the cooldown",
      { patience: 1, factor: 0.5, cooldown: 2 },
      [5, 5, 5, 5, 5],
      [1, 0.5, 0.5, 0.25, 0.25],
    ],
    ["never below the least", { patience: 1, factor: 0.1, minLearningRate: 0.3 }, [5, 5, 5], [1, 0.3, 0.3]],
  ])("lowers the rate %s", async (_, options, figures, expected) => {
    const { rates } = await feed(reduceLearningRateOnPlateau(options), "val_loss", figures, line(1));
    expect(rates).toEqual(expected);
  });

  it("goes on where it was", async () => {
    const figures = [5, 5, 5, 5, 5];
    const options = { patience: 2, factor: 0.5 };
    const first = reduceLearningRateOnPlateau(options);
    await feed(first, "val_loss", figures.slice(0, 2), line(1));
    const second = reduceLearningRateOnPlateau(options);
    const resumed = {
      ...lambdaCallback({ name: second.name }),
      onTrainBegin: (context: FitContext) => {
        second.onTrainBegin?.(context);
        second.restore?.(first.state?.(), context);
      },
      onEpochEnd: second.onEpochEnd?.bind(second) as never,
    };
    expect((await feed(resumed, "val_loss", figures.slice(2), line(1))).rates).toEqual([0.5, 0.5, 0.25]);
  });

  it.each([
    [{ factor: 1 }, "factor must be"],
    [{ minDelte: 1 }, 'Did you mean "minDelta"?'],
  ])("refuses %j", (options, message) => {
    expect(() => reduceLearningRateOnPlateau(options as never)).toThrow(message);
  });

  it("lets a rate that was set hold for later calls, as in Keras, until compile", async () => {
    const net = line(1);
    await runFit({ net, epochs: 2, callbacks: [learningRateScheduler(() => 0.25)] });
    await runFit({ net });
    expect((await net.trainer()).learningRate).toBe(0.25);
    net.compile({ optimizer: sgd({ learningRate: 1 }), loss: "mse" });
    expect((await net.trainer()).learningRate).toBe(1);
  });

  it("does not switch an optimizer's own schedule off", async () => {
    const net = line();
    net.compile({
      optimizer: sgd({
        learningRate: exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 }),
      }),
      loss: "mse",
    });
    await expect(runFit({ net, callbacks: [learningRateScheduler((_, rate) => rate)] })).rejects.toThrow(
      "learningRateScheduler: the optimizer's learningRate is a schedule already. Give the optimizer a number",
    );
  });
});
