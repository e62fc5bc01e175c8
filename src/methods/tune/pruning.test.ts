import { describe, expect, it } from "vitest";
import { tensor } from "../../engine/tensor/tensor.js";
import { earlyStopping } from "../../nn/callbacks/earlyStopping.js";
import { line, runFit } from "../../nn/callbacks/testing/runFit.js";
import { dense } from "../../nn/layers/core/dense.js";
import { dropout } from "../../nn/layers/regularization/dropout.js";
import { binaryAccuracy } from "../../nn/metrics/binaryAccuracy.js";
import { sequential } from "../../nn/models/sequential.js";
import { asha } from "./pruners/asha.js";
import { median } from "./pruners/percentile.js";
import { threshold } from "./pruners/threshold.js";
import { pruning } from "./pruning.js";
import { float } from "./space/parameters.js";
import { openStudy } from "./study/openStudy.js";

const space = { rate: float(0, 10) };
/** An optimum at w = 1 is met from w = 3: the loss falls at a rate of 0.1, not at 0, and grows without end at 10. */
const rates = [0.1, 0.2, 0, 10];

describe("pruning", () => {
  it("reports each epoch, and stops what the pruner gives up", async () => {
    const study = await openStudy({ space, pruner: median({ startup: 2 }) });
    for (const rate of rates) study.enqueue({ rate });
    const histories: (readonly number[])[] = [];
    await study.run(
      async (trial) => {
        const { history } = await runFit({
          net: line(trial.params.rate),
          epochs: 4,
          callbacks: [pruning(trial, { monitor: "loss" })],
        });
        histories.push(history.history.loss ?? []);
        return history.history.loss?.at(-1) ?? Number.NaN;
      },
      { trials: 4 },
    );
    expect(study.trials.map(({ state }) => state)).toEqual(["complete", "complete", "pruned", "pruned"]);
    for (const [place, { reports, value }] of study.trials.entries()) {
      expect(reports).toEqual(histories[place]?.map((loss, epoch) => [epoch + 1, loss]));
      expect(value).toBe(reports.at(-1)?.[1]);
    }
    expect(histories.slice(0, 2).map(({ length }) => length)).toEqual([4, 4]);
    expect(histories[2]?.length).toBeLessThan(4);
    expect(study.best?.params.rate).not.toBe(0);
  });

  it("says why training ended", async () => {
    const study = await openStudy({ space, pruner: threshold({ above: 0.01 }) });
    const trial = await study.ask();
    if (trial === undefined) throw new Error("no trial");
    const { history } = await runFit({
      net: line(0),
      epochs: 4,
      callbacks: [pruning(trial, { monitor: "loss" })],
    });
    expect(history.stopped).toBe("pruning: trial 0 is not worth going on after epoch 1");
    await study.tell(trial, 0);
    expect(study.trials[0]).toMatchObject({ state: "pruned", reason: "threshold at step 1" });
  });

  it("takes figures of validation where there are some", async () => {
    const study = await openStudy({ space });
    const trial = await study.ask();
    if (trial === undefined) throw new Error("no trial");
    const { history } = await runFit({
      epochs: 4,
      validationData: [[[1]], [1]] as never,
      validationFrequency: 2,
      callbacks: [pruning(trial)],
    });
    await study.tell(trial, 0);
    const [first, second] = history.history.val_loss ?? [];
    expect(study.trials[0]?.reports).toEqual([
      [2, first],
      [4, second],
    ]);
  });

  it("refuses what it cannot go by", async () => {
    const study = await openStudy({ space });
    const trial = await study.ask();
    if (trial === undefined) throw new Error("no trial");
    await expect(runFit({ callbacks: [pruning(trial, { monitor: "val_accuracy" })] })).rejects.toThrow(
      'pruning: the study is to minimize its value, but "val_accuracy" is a figure to maximize.',
    );
    const net = line();
    net.compile({ loss: "mse", metrics: [binaryAccuracy({ name: "my_loss" })] });
    await expect(runFit({ net, callbacks: [pruning(trial, { monitor: "my_loss" })] })).rejects.toThrow(
      'Set the study\'s direction to "maximize" (in tuneModel, mode to "max")',
    );
    expect(() => pruning(trial, { monitr: "loss" } as never)).toThrow('"monitor"');
    await expect(runFit({ callbacks: [pruning(trial)] })).rejects.toThrow(
      'pruning: there is no figure "val_loss" to monitor',
    );
  });

  it("goes on with paused training to the same bytes", async () => {
    const x = tensor(
      Float32Array.from({ length: 48 }, (_, i) => Math.sin(7 * i)),
      { shape: [24, 2] },
    );
    const y = tensor(
      Float32Array.from({ length: 24 }, (_, i) => Math.sin(7 * 2 * i) * 0.5),
      { shape: [24, 1] },
    );
    const search = async (pruner: "asha" | undefined) => {
      const study = await openStudy({
        space: { rate: float(1e-3, 1e-1, { log: true }) },
        ...{ sampler: "random", pruner, seed: 3, keepModels: 20 },
      });
      await study.run(
        async (trial) => {
          const net = sequential({
            layers: [
              { inputShape: [2] },
              dense({ units: 4, activation: "tanh" }),
              dropout({ rate: 0.3 }),
              dense({ units: 1, name: "out" }),
            ],
            seed: trial.number,
          });
          net.compile({
            optimizer: { name: "adam", config: { learningRate: trial.params.rate } },
            loss: "mse",
          });
          const { history } = await net.fit(x, y, {
            ...{ epochs: 9, batchSize: 8, validationSplit: 0.25 },
            callbacks: [pruning(trial)],
          });
          if (!trial.shouldStop) await trial.keep(net);
          await net.dispose();
          return history.val_loss?.at(-1) ?? Number.NaN;
        },
        { trials: 12 },
      );
      return study;
    };
    const [paused, whole] = [await search("asha"), await search(undefined)];
    const complete = paused.trials.filter(({ state }) => state === "complete");
    expect(complete.length).toBeGreaterThan(0);
    expect(complete.every(({ attempts }) => attempts === 3)).toBe(true);
    for (const { number, reports, value, state } of paused.trials) {
      const same = whole.record(number);
      expect(reports).toEqual(same?.reports.slice(0, reports.length));
      if (state !== "complete") continue;
      expect(value).toBe(same?.value);
      const [a, b] = [await paused.model(number), await whole.model(number)];
      expect(a.getLayer("out").getWeights()).toEqual(b.getLayer("out").getWeights());
    }
  });

  it.each([["before"], ["behind"]])(
    "takes training that ended by itself for over, %s the callback",
    async (place) => {
      const study = await openStudy({ space, pruner: asha(), sampler: "random" });
      for (const rate of rates) await study.enqueue({ rate });
      await study.run(
        async (trial) => {
          const stopping = earlyStopping({ monitor: "loss", minDelta: 1e9, patience: 2 });
          const reporting = pruning(trial, { monitor: "loss" });
          const { history } = await runFit({
            net: line(trial.params.rate),
            epochs: 27,
            callbacks: place === "before" ? [stopping, reporting] : [reporting, stopping],
          });
          return history.history.loss?.at(-1) ?? Number.NaN;
        },
        { trials: 4 },
      );
      // Epoch 3 is a rung, where they would else be paused for ever.
      const ended = study.trials.filter(({ reports }) => reports.length === 3);
      expect(ended.length).toBeGreaterThan(0);
      for (const { state, value, reports } of ended)
        expect([state, value]).toEqual(["complete", reports.at(-1)?.[1]]);
      expect(study.trials.filter(({ state }) => state === "failed")).toEqual([]);
    },
  );

  it("gives a history of all epochs, those before a pause included", async () => {
    const study = await openStudy({ space, pruner: asha(), sampler: "random" });
    for (const rate of rates) await study.enqueue({ rate });
    const last = new Map<number, unknown>();
    await study.run(
      async (trial) => {
        const { history } = await runFit({
          net: line(trial.params.rate),
          epochs: 9,
          callbacks: [pruning(trial, { monitor: "loss" })],
        });
        last.set(trial.number, [history.epochs, history.history.loss]);
        return history.history.loss?.at(-1) ?? Number.NaN;
      },
      { trials: 4 },
    );
    const complete = study.trials.filter(({ state }) => state === "complete");
    expect(complete.map(({ attempts }) => attempts)).toEqual([3]);
    for (const { number, reports } of complete) {
      expect(last.get(number)).toEqual([
        reports.map(([step]) => step - 1),
        reports.map(([, value]) => value),
      ]);
    }
  });
});
