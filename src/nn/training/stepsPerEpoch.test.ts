import { describe, expect, it } from "vitest";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { lambdaCallback } from "../callbacks/lambdaCallback.js";
import type { Batch } from "../data/batch.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { model } from "../models/model.js";
import type { FitContext } from "./callback.js";
import type { FitOptions } from "./fitOptions.js";

function still() {
  const x = input({ shape: [1] });
  const out = dense({ units: 1, kernelInitializer: "identity", useBias: false })(x);
  const net = model({ inputs: x, outputs: out, runtime: testRuntime() });
  net.compile({ optimizer: { name: "sgd", config: { learningRate: 0 } }, loss: "mae" });
  return net;
}
const numbersOf = ({ targets: [target] }: Batch): number[] => [...((target as Tensor).data as Float32Array)];
const four = Array.from({ length: 4 }, () => [0]);

/** The targets of each epoch's samples, in the order in which they came. */
async function seen(
  options: FitOptions<never, never>,
  from: readonly number[] = [1, 2, 3, 4],
): Promise<number[][]> {
  const epochs: number[][] = [];
  const watch = lambdaCallback({
    onBatchEnd: ({ batch }, { epoch }) => {
      epochs[epoch] ??= [];
      epochs[epoch]?.push(...numbersOf(batch));
    },
  });
  const x = from.map(() => [0]);
  await still().fit(
    x,
    from as never,
    { ...options, callbacks: [watch, ...(options.callbacks ?? [])] } as never,
  );
  return epochs;
}

describe("an epoch that is cut", () => {
  it("is gone on with by the next", async () => {
    const { history } = await still().fit(four, [1, 2, 3, 4], {
      ...{ batchSize: 1, stepsPerEpoch: 2, epochs: 2, shuffle: false },
    });
    // Keras 3.15.
    expect(history.loss).toEqual([1.5, 3.5]);
    expect(await seen({ batchSize: 1, stepsPerEpoch: 3, epochs: 3, shuffle: false })).toEqual([
      [1, 2, 3],
      [4, 1, 2],
      [3, 4, 1],
    ]);
  });

  it("lets every sample come as often, shuffled too, and longer than the data", async () => {
    const all = (await seen({ batchSize: 2, stepsPerEpoch: 3, epochs: 4 })).flat();
    for (const value of [1, 2, 3, 4]) expect(all.filter((one) => one === value)).toHaveLength(6);
    const uneven = await seen({ batchSize: 3, stepsPerEpoch: 3, epochs: 2, shuffle: false });
    expect(uneven).toEqual([
      [1, 2, 3, 4, 1, 2, 3],
      [4, 1, 2, 3, 4],
    ]);
  });

  it("is resumed to the same order", async () => {
    const options = { batchSize: 1, stepsPerEpoch: 3, epochs: 3 };
    const whole = (await seen(options)).flat();
    for (let cut = 1; cut < 9; cut++) {
      let count = 0;
      const stop = lambdaCallback({
        onBatchEnd: (_, context) => {
          if (++count === cut) context.stop("enough");
        },
      });
      const net = still();
      const first: number[] = [];
      const watch = lambdaCallback({
        onBatchEnd: ({ batch }) => void first.push(...numbersOf(batch)),
      });
      const { position } = await net.fit(four, [1, 2, 3, 4], { ...options, callbacks: [watch, stop] });
      await net.fit(four, [1, 2, 3, 4], { ...options, resume: position, callbacks: [watch] });
      expect(first).toEqual(whole);
    }
  });
});

describe("an epoch that is resumed", () => {
  const half = async () => {
    const control = new AbortController();
    const stop = lambdaCallback({ onBatchEnd: () => control.abort() });
    const net = still();
    const data = [Array(8).fill([0]), Array(8).fill(1)] as const;
    const { position } = await net.fit(...data, { batchSize: 2, signal: control.signal, callbacks: [stop] });
    expect(position).toMatchObject({ step: 1, reading: { batchSize: 2, samples: 8 } });
    return { net, data, position };
  };

  it("reads its data as before, or is refused", async () => {
    const { net, data, position } = await half();
    await expect(net.fit(...data, { batchSize: 4, resume: position })).rejects.toThrow(
      "fit: resume: the epoch was begun with batchSize 2, and would go on with 4: after 1 steps it stands at other samples.",
    );
    await expect(net.fit(...data, { batchSize: 2, validationSplit: 0.5, resume: position })).rejects.toThrow(
      "begun with samples 8, and would go on with 4",
    );
    await expect(net.fit(...data, { batchSize: 2, stepsPerEpoch: 3, resume: position })).rejects.toThrow(
      "begun with stepsPerEpoch not given, and would go on with 3",
    );
    await expect(net.fit(...data, { batchSize: 2, shuffle: false, resume: position })).rejects.toThrow(
      "fit: resume: the epoch was begun with shuffle true, and would go on with false: after 1 steps",
    );
    const { epochs } = await net.fit(...data, { batchSize: 2, resume: position });
    expect(epochs).toEqual([0]);
    const next = { ...position, epoch: 1, step: 0 };
    await net.fit(...data, { batchSize: 4, epochs: 2, resume: next });
  });

  it("has a step of its own", async () => {
    await expect(still().fit(four, [1, 2, 3, 4], { initialStep: 99 })).rejects.toThrow(
      "fit: expected to begin at one of the epoch's 1 steps, received step 99.",
    );
  });
});

describe("an epoch that is begun where nothing is left", () => {
  const two = () => [[[[1]], [1]] as const, [[[2]], [2]] as const];

  it("is refused: a source with fewer batches, a step behind the last", async () => {
    await expect(still().fit(two, { initialStep: 3 })).rejects.toThrow(
      "fit: the source has 2 batches, and the epoch was to go on after 3. Give it as it was when the epoch was begun",
    );
    await expect(still().fit(two, { initialStep: 2 })).rejects.toThrow(
      "fit: epoch 0 has no batches after 2.",
    );
    await expect(still().fit([[1]], [0], { initialStep: 1 })).rejects.toThrow("received step 1");
  });

  it("has its figures where only those are left", async () => {
    const stop = {
      name: "stop",
      onBatchEnd: (_: unknown, context: FitContext) => void (context.step === 2 && context.stop("")),
    };
    const net = still();
    const { position } = await net.fit(two, { callbacks: [stop] });
    expect(position).toMatchObject({ epoch: 0, step: 2 });
    const { history } = await net.fit(two, { resume: position });
    expect(history.loss).toEqual((await still().fit(two)).history.loss);
  });
});
