import { expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { lambdaCallback } from "../../nn/callbacks/lambdaCallback.js";
import { dense } from "../../nn/layers/core/dense.js";
import { input } from "../../nn/layers/core/input.js";
import { type Model, model } from "../../nn/models/model.js";
import { ensemble } from "./ensemble.js";
import { snapshotRate, snapshots } from "./snapshots.js";

function line(): Model {
  const x = input({ shape: [1], name: "x" });
  const out = dense({ units: 1, name: "out" })(x);
  const net = model({ inputs: x, outputs: out, runtime: testRuntime(), seed: 1 });
  net.compile({ optimizer: { name: "sgd", config: { learningRate: 0.2 } }, loss: "mse" });
  return net as Model;
}

const x = [[1], [2], [-1], [0.5], [3], [-2]];
const y = x.map(([a = 0]) => [2 * a + 1]);
const kernel = (net: Model): number => net.getLayer("out").getWeights()[0]?.item() as number;

/** The rates and weights of every step. */
async function run(kept: ReturnType<typeof snapshots>, epochs: number, options: object = {}, net = line()) {
  const rates: number[] = [];
  const weights: number[] = [];
  const note = lambdaCallback({
    onEpochBegin: ({ trainer }) => void rates.push(trainer.learningRate),
    onBatchEnd: (_, { trainer }) => {
      weights.push(kernel(net));
      rates.push(trainer.learningRate);
    },
  });
  const history = await net.fit(x as never, y as never, {
    batchSize: 2,
    epochs,
    callbacks: [kept, note],
    ...options,
  });
  return { net, rates, weights, history };
}

it("the rate falls along a cosine in each cycle, and a member stands at each end", async () => {
  const kept = snapshots({ cycles: 3 });
  // 4 epochs of 3 batches: 12 steps, cycles of 4.
  const { rates, weights } = await run(kept, 4);
  const each = Array.from({ length: 4 }, (_, epoch) => rates.slice(4 * epoch, 4 * epoch + 3)).flat();
  each.forEach((rate, step) => {
    expect(rate).toBeCloseTo(0.1 * (1 + Math.cos((Math.PI * (step % 4)) / 4)), 12);
  });
  expect(snapshotRate(1, 5, 4)).toBe(1);
  const members = kept.members();
  expect(members.map((member) => kernel(member as Model))).toEqual([weights[3], weights[7], weights[11]]);
});

it("members are pooled as any models are", async () => {
  const kept = snapshots({ cycles: 2 });
  await run(kept, 2);
  const members = kept.members();
  const at = new Tensor("float32", [2, 1], Float32Array.of(1, -3));
  const [first, second] = (await Promise.all(
    members.map((member) => (member as Model).predict(at as never)),
  )) as unknown[] as [Tensor, Tensor];
  const pooled: Readonly<Record<string, Tensor>> = await ensemble(members as readonly Model[]).predict({
    x: at,
  } as never);
  const mean = Array.from(first.data as Float32Array, (value, i) => (value + (second.data[i] as number)) / 2);
  Array.from(Object.values(pooled)[0]?.data as Float32Array).forEach((value, i) => {
    expect(value).toBeCloseTo(mean[i] as number, 5);
  });
});

it("a run that was resumed keeps the same members", async () => {
  const whole = snapshots({ cycles: 2 });
  await run(whole, 4);
  const first = snapshots({ cycles: 2 });
  const stop = lambdaCallback({
    onEpochEnd: (_, context) => void (context.epoch === 2 && context.stop("enough")),
  });
  const net = line();
  const history = await net.fit(x as never, y as never, {
    batchSize: 2,
    epochs: 4,
    callbacks: [first, stop],
  });
  const second = snapshots({ cycles: 2 });
  await run(second, 4, { resume: history.position }, net);
  expect(second.members().map((member) => kernel(member as Model))).toEqual(
    whole.members().map((member) => kernel(member as Model)),
  );
});

it("says what does not fit", async () => {
  expect(() => snapshots({ cycles: 0 })).toThrow(
    "snapshots: cycles must be a whole number from 1, received 0.",
  );
  expect(() => snapshots().members()).toThrow("snapshots: there is no model yet; give it to fit first.");
  const source = () => [[x, y]] as never;
  await expect(line().fit(source as never, { callbacks: [snapshots()] } as never)).rejects.toThrow(
    "snapshots: how many batches an epoch has is not known; give fit stepsPerEpoch.",
  );
});
