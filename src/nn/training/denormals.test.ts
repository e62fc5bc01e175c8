import { expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { model } from "../models/model.js";
import { adam } from "../optimizers/adam.js";
import { lion } from "../optimizers/lion.js";
import { sgd } from "../optimizers/sgd.js";
import { flushDenormals } from "./denormals.js";

it("takes to 0 what has not all of its digits, at every hundredth step", () => {
  const values = [1e-40, -1e-40, 1.2e-38, -1.2e-38, 0, 1, Number.NaN, Number.POSITIVE_INFINITY];
  const slot = new Tensor("float32", [values.length], Float32Array.from(values));
  const before = [...slot.data];
  const optimizer = sgd({ momentum: 0.9 });
  flushDenormals(optimizer, [slot], 99);
  expect([...slot.data]).toEqual(before);
  for (const sensitive of [lion(), adam({ epsilon: 0 }), adam({ epsilon: 1e-30 })])
    flushDenormals(sensitive, [slot], 100);
  expect([...slot.data]).toEqual(before);
  flushDenormals(optimizer, [slot], 100);
  expect([...slot.data]).toEqual([0, 0, ...before.slice(2)]);
});

it("lets the momentum of a unit that gets no gradient end in zeros", async () => {
  const x = input({ shape: [1], name: "x" });
  const m = model({ inputs: { x }, outputs: { y: dense({ units: 1, useBias: false })(x) } });
  m.compile({ optimizer: sgd({ momentum: 0.5 }), loss: "mse" });
  const [one, none] = [Tensor.full([1, 1], 1), Tensor.zeros([1, 1])];
  await m.trainOnBatch({ x: one }, { y: one });
  const trainer = await m.trainer();
  const momentum = (): number => Number([...trainer.state.slots.values()][0]?.data[0]);
  for (let step = 1; step < 140; step++) await m.trainOnBatch({ x: none }, { y: none });
  expect(Math.abs(momentum())).toBeGreaterThan(0);
  expect(Math.abs(momentum())).toBeLessThan(2 ** -126);
  for (let step = 140; step < 200; step++) await m.trainOnBatch({ x: none }, { y: none });
  expect(Math.abs(momentum())).toBe(0);
  await m.dispose();
});
