import { describe, expect, it } from "vitest";
import { line, runFit } from "../../nn/callbacks/testing/runFit.js";
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
    expect(() => pruning(trial, { monitor: "val_accuracy" })).toThrow(
      'pruning: the study is to minimize its value, but "val_accuracy" is a figure to maximize.',
    );
    expect(() => pruning(trial, { monitr: "loss" } as never)).toThrow('"monitor"');
    await expect(runFit({ callbacks: [pruning(trial)] })).rejects.toThrow(
      'pruning: there is no figure "val_loss" to monitor',
    );
  });
});
