import { expect, it } from "vitest";
import { tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { dropout } from "../layers/regularization/dropout.js";
import { model } from "../models/model.js";

it("looks for what is not finite with the random numbers of the step, and draws none", async () => {
  const x = input({ shape: [4] });
  const outputs = dense({ units: 1 })(dropout({ rate: 0.5 })(x));
  const net = model({ inputs: x, outputs, runtime: testRuntime() });
  net.compile({ optimizer: "sgd", loss: "mse" });
  const trainer = await net.trainer();
  const batch = {
    size: 1,
    inputs: [tensor([[1, 2, 3, 4]])],
    targets: [tensor([[1]])],
    weights: [undefined],
  };
  await trainer.train(batch);
  const before = trainer.save().random;
  expect(await trainer.findNonFinite(batch)).toBeUndefined();
  expect(trainer.save().random).toEqual(before);
});
