import { describe, expect, it } from "vitest";
import { dense } from "../../../nn/layers/core/dense.js";
import { sequential } from "../../../nn/models/sequential.js";
import type { Callback } from "../../../nn/training/callback.js";
import { crossValidate } from "./crossValidate.js";
import { build, seedOfFold, x, y } from "./testing/networks.js";

const here = { x, y, epochs: 3, batchSize: 8, folds: 3, workers: 0 };
const module = { path: new URL("./testing/networks.ts", import.meta.url), export: "troubled" };

describe("a fold of crossValidate in trouble", () => {
  it("is left out and named where it throws or hangs, and the others go on", {
    timeout: 120_000,
  }, async () => {
    const { members, failures, folds, predictions, rows, report } = await crossValidate({
      ...here,
      module,
      workers: 2,
      timeLimit: 6000,
    });
    expect(failures).toEqual([
      { fold: 0, reason: "the first fold is broken" },
      {
        fold: 1,
        reason: 'workers: task "train" was ended: it was not over after its limit of 6000 ms.',
      },
    ]);
    expect(members).toEqual([folds[2]?.model]);
    expect(rows).toEqual(folds[2]?.heldOut);
    for (const row of folds[0]!.heldOut) expect(predictions.out?.data[row]).toBeNaN();
    expect(report()).toContain("Left out: fold 1, which failed: the first fold is broken");
  });

  it("ends here between batches", async () => {
    const slow: Callback = {
      name: "slow",
      onBatchEnd: () => new Promise((resolve) => setTimeout(resolve, 500)),
    };
    const slowly = (seed: number) => ({
      model: build(seed),
      callbacks: seed === seedOfFold(1) ? [slow] : [],
    });
    const { failures } = await crossValidate({ ...here, epochs: 10, build: slowly, timeLimit: 3000 });
    expect(failures).toEqual([{ fold: 1, reason: "training was not over after its limit of 3000 ms." }]);
  });

  it("is left out where its loss is not finite", async () => {
    const poisoned = y.map(([one], row) => [row === 4 ? 1e25 : (one as number)]);
    const validationRows = [[4, 5], [6], [7]];
    const { failures, folds } = await crossValidate({ ...here, y: poisoned, build, validationRows });
    expect(failures.map(({ fold }) => fold)).toEqual([1, 2]);
    expect(failures[0]?.reason).toMatch(/^the loss is Infinity in epoch 1, step \d\./);
    expect(folds[0]?.model).toBeDefined();
    await expect(
      crossValidate({ ...here, y: poisoned, build, validationRows: validationRows.slice(1) }),
    ).rejects.toThrow(/^crossValidate: every member failed\. Fold 1: the loss is Infinity in epoch 1/);
  });

  it("cannot be told where a seed gives one network now and another then", async () => {
    let units = 2;
    const unsteady = () => {
      const net = sequential([
        { inputShape: [x[0]!.length] },
        dense({ units: units++ }),
        dense({ units: 1, name: "out" }),
      ]);
      net.compile({ loss: "mse" });
      return net;
    };
    await expect(crossValidate({ ...here, build: unsteady })).rejects.toThrow(
      /^crossValidate: build\(\d+\) gave another network than when it was trained: weight "dense\/kernel": expected float32\[\d, \d\], found float32\[\d, \d\]\. What is built must depend on the seed alone\.$/,
    );
  });

  it("ends at once with the whole where the signal aborts", { timeout: 60_000 }, async () => {
    for (const workers of [0, 1]) {
      const controller = new AbortController();
      const onEpoch = (): void => controller.abort(new Error("enough"));
      const run = crossValidate({
        ...here,
        build,
        epochs: 1000,
        workers,
        signal: controller.signal,
        onEpoch,
      });
      await expect(run).rejects.toThrow(/^enough$/);
    }
  });
});
