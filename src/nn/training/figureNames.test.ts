import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { directionOf } from "../callbacks/monitor.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { precision } from "../metrics/precision.js";
import { model } from "../models/model.js";

const x = input({ shape: [1] });
const identity = (name: string) =>
  dense({ units: 1, kernelInitializer: "identity", useBias: false, name })(x);
const one = model({ inputs: x, outputs: identity("y"), runtime: testRuntime() });

describe("figures of one name", () => {
  // Keras 3.15's names and values.
  it("are told apart, those that use weights first", async () => {
    one.compile({ loss: "mse", metrics: ["mae"], weightedMetrics: ["mae"] });
    const logs = await one.evaluate([[0], [0], [0], [0]], [1, 2, 3, 4], { sampleWeight: [1, 0, 0, 0] });
    expect(logs).toEqual({ loss: 0.25, mae: 2.5, weighted_mae: 1 });
    one.compile({ loss: "mse", metrics: [precision({ threshold: 0.3 }), precision({ threshold: 0.7 })] });
    const data = [
      [[0.4], [0.5], [0.8], [0.9]],
      [0, 0, 1, 1],
    ] as const;
    expect(await one.evaluate(...data)).toMatchObject({ precision: 0.5, precision_1: 1 });
    expect(directionOf("earlyStopping", "val_precision_1", "auto")).toBe("max");
  });

  it("never take the place of a loss, or of what validation will be called", async () => {
    const names = ["loss", "val_loss", "epoch", "loss_1"];
    one.compile({ loss: "mse", metrics: names.map((name) => precision({ name, threshold: 0.3 })) });
    const data = [
      [[0.4], [0.5], [0.8], [0.9]],
      [0, 0, 1, 1],
    ] as const;
    const { history } = await one.fit(...data, { validationData: data, epochs: 1 });
    const own = Object.keys(history).slice(0, names.length + 1);
    expect(own).toEqual(["loss", "loss_1", "val_loss_2", "epoch_1", "loss_1_1"]);
    expect(history.loss?.[0]).toBeCloseTo(0.115, 3);
    expect(Object.keys(history)).toHaveLength(2 * (1 + names.length));
  });

  it("are told apart between outputs", async () => {
    const two = model({ inputs: x, outputs: [identity("a"), identity("a_b")], runtime: testRuntime() });
    two.compile({
      loss: "mse",
      metrics: [
        [precision({ name: "b_loss" }), "mae"],
        ["mae", "mae"],
      ] as never,
    });
    const logs = await two.evaluate([[1], [2]], [
      [[1], [2]],
      [[3], [4]],
    ] as never);
    expect(Object.keys(logs)).toEqual([
      ...["loss", "a_loss", "a_b_loss_1", "a_mae"],
      ...["a_b_loss", "a_b_mae", "a_b_mae_1"],
    ]);
    expect(logs.a_b_loss).toBe(4);
    expect(logs.a_b_mae).toBe(logs.a_b_mae_1);
  });
});
