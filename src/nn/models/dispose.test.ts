import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { dropout } from "../layers/regularization/dropout.js";
import { model } from "./model.js";

describe("dispose", () => {
  it.each(["nadam", "adam", "rmsprop", "adagrad"] as const)(
    "frees programs, and no state of %s",
    async (optimizer) => {
      const train = async (frees: boolean) => {
        const x = input({ shape: [2] });
        const hidden = dropout({ rate: 0.5 })(dense({ units: 8 })(x));
        const net = model({
          inputs: x,
          outputs: dense({ units: 1 })(hidden),
          runtime: testRuntime(),
          seed: 3,
        });
        net.compile({ optimizer, loss: "mse" });
        for (let i = 0; i < 5; i++) {
          await net.trainOnBatch([[1, i]], [0]);
          if (frees) await net.dispose();
          if (frees && i === 2) await net.dispose();
        }
        const { state, learningRate } = await net.trainer();
        return [net.variables.map(({ variable }) => [...variable.value.data]), state.step, learningRate];
      };
      const whole = await train(false);
      expect(await train(true)).toEqual(whole);
      expect(whole[1]).toBe(5);
    },
  );

  it("is forgotten by compile", async () => {
    const x = input({ shape: [1] });
    const net = model({ inputs: x, outputs: dense({ units: 1 })(x), runtime: testRuntime() });
    net.compile({ optimizer: "adam", loss: "mse" });
    await net.trainOnBatch([[1]], [0]);
    await net.dispose();
    net.compile({ optimizer: "sgd", loss: "mse" });
    expect((await net.trainer()).state.step).toBe(0);
  });
});
