import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { model } from "../models/model.js";

function still() {
  const x = input({ shape: [1] });
  const out = dense({ units: 1, kernelInitializer: "identity", useBias: false })(x);
  const net = model({ inputs: x, outputs: out, runtime: testRuntime() });
  net.compile({ optimizer: { name: "sgd", config: { learningRate: 0 } }, loss: "mae" });
  return net;
}
/** Batches whose losses are 1, 2, … */
const batches = (count: number) =>
  Array.from({ length: count }, (_, index) => [[[0]], [index + 1]] as const) as never as Iterable<never>;

const help =
  "A source is an iterable or an async iterable of batches, [x, y] or [x, y, sampleWeight], or a function of the epoch's number that " +
  "gives one, such as an async function*.";

describe("what is no source", () => {
  it.each<[string, () => unknown, string]>([
    ["a number", () => 3, "3"],
    ["null", () => null, "null"],
    ["nothing", () => undefined, "nothing"],
    ["a text", () => "ab", '"ab"'],
    ["an object", () => ({ x: 1 }), '{"x":1}'],
    ["a promise", async () => batches(1), "a Promise"],
    ["a function", () => () => batches(1), "a function"],
    ["what only seems iterable", () => ({ [Symbol.iterator]: 3 }), "{}"],
  ])("is told what a source is: %s", async (_, source, came) => {
    const net = still();
    for (const [where, act] of [
      ["fit", () => net.fit(source as never)],
      ["evaluate", () => net.evaluate(source as never)],
    ] as const) {
      await expect(act()).rejects.toMatchObject({
        name: "ImagoError",
        message: expect.stringContaining(
          `${where}: the source must give an iterable of batches, and gave ${came}.`,
        ),
      });
      await expect(act()).rejects.toThrow(help);
    }
  });
});

describe("a source and the steps of an epoch", () => {
  it.each([
    [1, 5, "1 batch"],
    [2, 3, "2 batches"],
  ])("that gives %i of %i says both", async (count, stepsPerEpoch, gave) => {
    await expect(still().fit(() => batches(count), { stepsPerEpoch })).rejects.toThrow(
      `fit: stepsPerEpoch is ${stepsPerEpoch}, and the source gave ${gave} in epoch 0.`,
    );
  });

  it("names the epoch that is short", async () => {
    const shrinking = (epoch: number) => batches(3 - epoch);
    await expect(still().fit(shrinking, { epochs: 2, stepsPerEpoch: 3 })).rejects.toThrow(
      "fit: stepsPerEpoch is 3, and the source gave 2 batches in epoch 1.",
    );
  });

  it("may be as many as it gives, or fewer", async () => {
    for (const [stepsPerEpoch, loss] of [
      [3, 2],
      [2, 1.5],
      [undefined, 2],
    ] as const) {
      const { history } = await still().fit(() => batches(3), { epochs: 2, stepsPerEpoch });
      expect(history.loss).toEqual([loss, loss]);
    }
  });

  it("counts those that a run which goes on leaves out", async () => {
    const net = still();
    const { history } = await net.fit(() => batches(3), { initialStep: 2, stepsPerEpoch: 3 });
    expect(history.loss).toEqual([3]);
    await expect(net.fit(() => batches(3), { initialStep: 2, stepsPerEpoch: 4 })).rejects.toThrow(
      "fit: stepsPerEpoch is 4, and the source gave 3 batches in epoch 0.",
    );
    await expect(net.fit(() => batches(3), { initialStep: 4 })).rejects.toThrow(
      "fit: the source has 3 batches, and the epoch was to go on after 4.",
    );
  });
});

describe("how to validate, where there is nothing to validate on", () => {
  it.each(["validationBatchSize", "validationFrequency"] as const)("%s is refused", async (name) => {
    const message = `fit: "${name}" serves validation, and there is nothing to validate on.`;
    const x = [[0], [0]];
    const net = still();
    await expect(net.fit(x, [1, 2], { [name]: 1 })).rejects.toThrow(message);
    await expect(net.fit(() => batches(2), { [name]: 1 })).rejects.toThrow(message);
    await expect(net.fit(x, [1, 2], { [name]: 1 })).rejects.toThrow(
      `Give validationData or validationSplit, or leave ${name} out.`,
    );
    const { history } = await net.fit(x, [1, 2], { [name]: 1, validationSplit: 0.5 });
    expect(history).toEqual({ loss: [1], val_loss: [2] });
    const given = await net.fit(() => batches(2), { [name]: 1, validationData: [x, [1, 2]] as never });
    expect(given.history).toEqual({ loss: [1.5], val_loss: [1.5] });
  });
});

describe("a source of validation", () => {
  it("is read whole after each epoch, as a source is evaluated", async () => {
    const asked: number[] = [];
    const validationData = (epoch: number) => {
      asked.push(epoch);
      return batches(4);
    };
    const net = still();
    const { history } = await net.fit(() => batches(2), { epochs: 2, validationData });
    expect(history).toEqual({ loss: [1.5, 1.5], val_loss: [2.5, 2.5] });
    expect(asked).toEqual([0, 0]);
    expect(await net.evaluate(validationData)).toEqual({ loss: 2.5 });
    const { history: inMemory } = await net.fit([[0], [0]], [1, 2], { validationData });
    expect(inMemory).toEqual({ loss: [1.5], val_loss: [2.5] });
  });

  it("that is empty, or whose batches are to be of a size, is refused", async () => {
    await expect(still().fit(() => batches(2), { validationData: () => batches(0) })).rejects.toThrow(
      "fit: validationData: the source has no batches",
    );
    await expect(
      still().fit(() => batches(2), { validationData: () => batches(2), validationBatchSize: 2 }),
    ).rejects.toThrow('fit: "validationBatchSize" serves data in memory; a source makes its batches itself.');
  });
});

describe("a source that can begin inside an epoch", () => {
  const seekable = (asked: [number, number][]) =>
    Object.assign((_epoch: number) => batches(4), {
      steps: 4,
      from: (epoch: number, skip: number) => {
        asked.push([epoch, skip]);
        return [...batches(4)].slice(skip) as never as Iterable<never>;
      },
    });

  it("is asked to, where an epoch is gone on with", async () => {
    const asked: [number, number][] = [];
    const { history } = await still().fit(seekable(asked), { initialEpoch: 1, initialStep: 2, epochs: 3 });
    expect(history.loss).toEqual([3.5, 2.5]);
    expect(asked).toEqual([[1, 2]]);
  });

  it("tells how many batches there are from the first one on", async () => {
    const steps: (number | undefined)[] = [];
    const watch = {
      name: "watch",
      onBatchEnd: (_: unknown, context: { steps: number | undefined }) => {
        steps.push(context.steps);
      },
    };
    await still().fit(seekable([]), { callbacks: [watch] });
    expect(steps).toEqual([4, 4, 4, 4]);
  });
});
