import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { binaryAccuracy } from "../metrics/binaryAccuracy.js";
import type { Metric } from "../metrics/metric.js";
import { metric } from "../metrics/resolve.js";
import { model } from "../models/model.js";
import type { FitContext } from "../training/callback.js";
import { figureDirections } from "../training/figureNames.js";
import { earlyStopping } from "./earlyStopping.js";
import { lambdaCallback } from "./lambdaCallback.js";
import { directionOf } from "./monitor.js";
import { line } from "./testing/runFit.js";

describe("the direction of a figure", () => {
  it.each([
    ["val_loss", "min"],
    ["score_loss", "min"],
    ["val_binaryAccuracy", "max"],
    ["val_precision_1", "max"],
    ["meanIoU", "max"],
    ["val_cosineSimilarity", "max"],
    ["weighted_mae", "min"],
    ["val_ce", "min"],
    ["bitsPerCharacter", "min"],
    ["falsePositives", "min"],
    ["truePositives", "max"],
    ["val_logCosh", "min"],
    ["val_r2Score", "max"],
  ])("%s is %s", (name, direction) => {
    expect(directionOf("earlyStopping", name, "auto")).toBe(direction);
  });

  it.each([
    "confidence",
    "performance",
    "relevance",
    "coherence",
    "inaccuracy",
    "lossOfAccuracy",
    "space",
    "place",
  ])("cannot be told of %s", (name) => {
    expect(() => directionOf("earlyStopping", `val_${name}`, "auto")).toThrow("set mode to");
  });

  it("is that of the metric, whatever it is called", async () => {
    const made = metric.names.map((name) => {
      const classes = name === "iou" ? { targetClassIds: [0] } : {};
      const config = /iou/i.test(name) ? { numClasses: 2, ...classes } : {};
      return { name, as: (called: string) => metric({ name, config: { ...config, name: called } } as never) };
    });
    const net = line();
    for (const called of ["loss", "my_loss", "accuracy", "mine"]) {
      net.compile({ loss: "mse", metrics: made.map(({ as }) => as(called)) });
      const known = [...figureDirections(net.compiled.heads)];
      expect(known).toHaveLength(1 + made.length);
      expect(known.shift()).toEqual(["loss", "min"]);
      for (const [at, [figure, direction]] of known.entries()) {
        const wanted = directionOf("earlyStopping", made[at]?.name as string, "auto");
        expect([made[at]?.name, direction]).toEqual([made[at]?.name, wanted]);
        for (const name of [figure, `val_${figure}`]) {
          expect(directionOf("earlyStopping", name, "auto", new Map(known))).toBe(wanted);
        }
      }
    }
  });

  it("is that of the loss of each output, and of a metric of one's own where it says so", () => {
    const x = input({ shape: [1] });
    const outputs = ["accuracy", "b"].map((name) => dense({ units: 1, name })(x));
    const net = model({ inputs: x, outputs, runtime: testRuntime() });
    const own = (name: string, direction?: "min" | "max"): Metric => ({ ...metric("mae"), name, direction });
    net.compile({ loss: "mse", metrics: [[own("regret", "max")], [own("gain")]] as never });
    expect([...figureDirections(net.compiled.heads)]).toEqual([
      ["loss", "min"],
      ["accuracy_loss", "min"],
      ["b_loss", "min"],
      ["accuracy_regret", "max"],
    ]);
  });

  it.each(["loss_1", "my_loss"])("decides what earlyStopping brings back: %s", async (figure) => {
    const x = input({ shape: [1] });
    const y = dense({ units: 1, kernelInitializer: "zeros", useBias: false, name: "y" });
    const net = model({ inputs: x, outputs: y(x), runtime: testRuntime() });
    net.compile({ loss: "mse", metrics: [binaryAccuracy({ name: figure.replace("_1", "") })] });
    const onBatchEnd = (_event: unknown, { epoch }: FitContext) => y.layer.setWeights([[[epoch % 2]]]);
    const set = lambdaCallback({ onBatchEnd });
    const best = earlyStopping({ monitor: `val_${figure}`, patience: 9, restoreBestWeights: true });
    const data = [[[1]], [[1]]] as const;
    const { history } = await net.fit(...data, { validationData: data, epochs: 3, callbacks: [set, best] });
    expect(history[`val_${figure}`]).toEqual([0, 1, 0]);
    expect([...(y.layer.getWeights()[0]?.data ?? [])]).toEqual([1]);
  });

  it("is known of every metric and loss by its name", () => {
    for (const name of metric.names) {
      expect(["min", "max"], name).toContain(directionOf("earlyStopping", `val_${name}`, "auto"));
    }
  });
});
