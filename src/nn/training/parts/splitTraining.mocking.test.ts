import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import {
  batchNormalization,
  conv2d,
  dense,
  dropout,
  globalAveragePooling2d,
  input,
  loadModel,
  lstm,
  type Model,
  model,
  optimizers,
  saveModel,
} from "../../../index.js";
import { describeNonFinite } from "../nonFinite.js";
import { readTraining, writeTraining } from "../savedTraining.js";
import type { Signature } from "../stepGraph.js";
import { automaticParts } from "./automaticParts.js";

const started: Worker[] = [];
vi.mock("../../../engine/files/startThread.node.js", async (original) => {
  const { startThread } = await original<typeof import("../../../engine/files/startThread.node.js")>();
  return {
    startThread: (...given: Parameters<typeof startThread>) => {
      const worker = startThread(...given);
      started.push(worker);
      return worker;
    },
  };
});

const runtime = nodeRuntime({ threads: 2 });
const folder = mkdtempSync(join(tmpdir(), "parts-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
  return runtime.dispose();
});

const opened: Model[] = [];
afterEach(async () => {
  for (const net of opened.splice(0)) await net.dispose();
  expect([runtime.liveSessions, runtime.parts?.liveThreads]).toEqual([0, 0]);
});

const x = new Tensor("float32", [14, 4], new Generator(1).uniforms(56));
const y = new Tensor(
  "int32",
  [14, 1],
  Int32Array.from({ length: 14 }, (_, at) => at % 3),
);

function network({
  seed = 2,
  where = runtime,
  normalized = false,
}: {
  seed?: number;
  where?: Runtime;
  normalized?: boolean;
} = {}) {
  const data = input({ shape: [4], name: "x" });
  const h = dropout({ rate: 0.3 })(dense({ units: 6, activation: "relu" })(data));
  const seen = normalized ? batchNormalization()(h) : h;
  const net = model({
    inputs: data,
    outputs: dense({ units: 3, activation: "softmax" })(seen),
    seed,
    runtime: where,
  });
  net.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: "sparseCategoricalCrossentropy" });
  opened.push(net);
  return net;
}

const weightsOf = (net: Model): Tensor[] => net.variables.map(({ variable }) => variable.value.clone());

it("gives the same bytes for the same number of parts, and goes on with it where it was saved", async () => {
  const whole = network();
  const { parts } = await whole.fit(x, y, { batchSize: 5, epochs: 4, parts: 3 });
  expect(parts).toBe(3);
  const again = network();
  const { position } = await again.fit(x, y, { batchSize: 5, epochs: 2, parts: 3 });
  await saveModel(again, join(folder, "half"), { training: position });
  const loaded = await loadModel(join(folder, "half"), { runtime });
  opened.push(loaded.model);
  const rest = await loaded.model.fit(x as never, y as never, {
    batchSize: 5,
    epochs: 4,
    resume: loaded.training,
  });
  expect(rest.parts).toBe(3);
  expect(weightsOf(loaded.model)).toEqual(weightsOf(whole));
});

it("gives the same bytes on any number of cores", async () => {
  const made: Tensor[][] = [];
  for (const threads of [1, 2, 3]) {
    const cores = nodeRuntime({ threads });
    const net = network({ where: cores });
    started.length = 0;
    await net.fit(x, y, { batchSize: 9, epochs: 3, parts: 4 });
    expect([cores.parts?.liveThreads, started.length]).toEqual([threads - 1, threads - 1]);
    made.push(weightsOf(net));
    await cores.dispose();
  }
  expect(made[1]).toEqual(made[0]);
  expect(made[2]).toEqual(made[0]);
});

it("trains two models at once, each as by itself", async () => {
  const alone = [];
  for (const seed of [1, 2]) {
    const net = network({ seed });
    await net.fit(x, y, { batchSize: 5, epochs: 3, parts: 2 });
    alone.push(weightsOf(net));
  }
  const both = [1, 2].map((seed) => network({ seed }));
  await Promise.all(both.map((net) => net.fit(x, y, { batchSize: 5, epochs: 3, parts: 2 })));
  expect(both.map(weightsOf)).toEqual(alone);
});

it("goes on when programs are freed in the middle, and ends when it is told to", async () => {
  const calm = network();
  await calm.fit(x, y, { batchSize: 7, epochs: 2, parts: 2 });
  const net = network();
  const pending: Promise<void>[] = [];
  const trainer = await net.trainer();
  const onBatchEnd = () => void pending.push(trainer.dispose());
  await net.fit(x, y, { batchSize: 7, epochs: 2, parts: 2, callbacks: [{ name: "frees", onBatchEnd }] });
  await Promise.all(pending);
  expect(weightsOf(net)).toEqual(weightsOf(calm));
  const ends = new AbortController();
  const abort = { name: "aborts", onBatchEnd: () => ends.abort() };
  const { stopped } = await net.fit(x, y, {
    batchSize: 7,
    parts: 2,
    signal: ends.signal,
    callbacks: [abort],
  });
  expect(stopped).toBe("aborted");
});

it("frees everything while a step runs", async () => {
  const net = network();
  const step = net.trainOnBatch(x, y, { parts: 2 });
  const freed = (await net.trainer()).dispose();
  await Promise.all([step, freed]);
});

it("trains as if nothing had been freed where steps wait for their turn", async () => {
  const calm = network();
  for (let step = 0; step < 4; step++) await calm.trainOnBatch(x, y, { parts: 2 });
  const net = network();
  const all: Promise<unknown>[] = [];
  for (let step = 0; step < 4; step++) {
    all.push(net.trainOnBatch(x, y, { parts: 2 }));
    if (step % 2 === 1) all.push(net.trainer().then(() => net.dispose()));
  }
  await Promise.all(all);
  expect(weightsOf(net)).toEqual(weightsOf(calm));
  expect((await net.trainer()).state.step).toBe(4);
});

it("tells of a thread that dies, keeps what was before the step, and goes on with another", async () => {
  const calm = network();
  await calm.fit(x, y, { batchSize: 7, epochs: 1, parts: 2 });
  await calm.dispose();
  const net = network();
  started.length = 0;
  await net.fit(x, y, { batchSize: 7, epochs: 1, shuffle: true, parts: 2 });
  const trainer = await net.trainer();
  const before = {
    saved: structuredClone(trainer.save().random),
    step: trainer.state.step,
    weights: weightsOf(net),
  };
  const [worker] = started as [Worker];
  const post = vi.spyOn(worker, "postMessage").mockImplementation(() => void worker.terminate());
  await expect(net.trainOnBatch(x, y)).rejects.toThrow(
    /^A thread that computes a part of the batch died: it ended with exit code 1\. If memory ran out, use fewer parts/,
  );
  post.mockRestore();
  expect({ saved: trainer.save().random, step: trainer.state.step, weights: weightsOf(net) }).toEqual(before);
  await net.trainOnBatch(x, y);
  await calm.trainOnBatch(x, y);
  expect(weightsOf(net)).toEqual(weightsOf(calm));
});

it("finds what is not finite", async () => {
  const net = network();
  const bad = x.clone();
  bad.data[5] = Number.NaN;
  const trainer = await net.trainer();
  trainer.parts = 2;
  const batch = { size: 14, inputs: [bad], targets: [y], weights: [undefined] };
  await trainer.train(batch);
  expect(describeNonFinite(await trainer.findNonFinite(batch))).toContain(
    'layer "dense" (dense): its input is not finite',
  );
});

it("takes statistics of parts where it is told so, and computes whole batches else", async () => {
  const net = network({ normalized: true });
  const whole = await net.fit(x, y, { batchSize: 7, parts: 2 });
  expect(whole).toMatchObject({ parts: 2, whole: expect.stringContaining('layer "batchNormalization"') });
  const split = await net.fit(x, y, { batchSize: 7, partStatistics: true });
  expect(split.whole).toBeUndefined();
  expect((await net.trainer()).save()).toMatchObject({ parts: 2, partStatistics: true });
  const [, , , , mean] = weightsOf(net) as Tensor[];
  expect(mean?.data.every(Number.isFinite)).toBe(true);
});

it("moves a statistic of parts to the mean of the whole batch", async () => {
  const means: Tensor[] = [];
  for (const parts of [1, 3]) {
    const data = input({ shape: [4] });
    const net = model({ inputs: data, outputs: batchNormalization()(data), runtime });
    opened.push(net);
    net.compile({ loss: "mse", optimizer: "sgd" });
    const { whole } = await net.fit(x, x, { batchSize: 14, parts, partStatistics: true });
    expect(whole).toBeUndefined();
    means.push(weightsOf(net)[2] as Tensor);
  }
  means[1]?.data.forEach((mean, at) => {
    expect(mean).toBeCloseTo(Number(means[0]?.data[at]), 6);
  });
});

it("computes as many parts as there are samples, and whole batches where there are no threads", async () => {
  const made: Tensor[][] = [];
  for (const threads of [1, 2, 3]) {
    const cores = nodeRuntime({ threads });
    // Batches of 13 and 1, of 5, 5 and 4.
    const net = network({ where: cores });
    for (const batchSize of [13, 5]) {
      const history = await net.fit(x, y, { batchSize, epochs: 2, parts: 8 });
      expect([history.parts, history.whole]).toEqual([8, undefined]);
    }
    made.push(weightsOf(net));
    await cores.dispose();
  }
  expect(made[1]).toEqual(made[0]);
  expect(made[2]).toEqual(made[0]);
  const page: Runtime = {
    compile: (...given) => runtime.compile(...given),
    device: runtime.device,
    dispose: async () => {},
    liveSessions: 0,
  };
  const there = network({ where: page });
  expect(await there.fit(x, y, { parts: 3 })).toMatchObject({
    whole: "there are no threads here to compute parts",
  });
});

it("has the rule decide anew where it is asked to, and changes nothing by a step that fails", async () => {
  const net = network();
  expect(await net.fit(x, y, { parts: 3 })).toMatchObject({ parts: 3 });
  expect(await net.fit(x, y, {})).toMatchObject({ parts: 3 });
  expect(await net.fit(x, y, { parts: "auto" })).toMatchObject({ parts: 1 });
  await net.trainOnBatch(x, y, { parts: 2 });
  const bad = new Tensor("int32", [14, 1], new Int32Array(14).fill(7));
  await expect(net.trainOnBatch(x, bad, { parts: 5 })).rejects.toThrow();
  expect((await net.trainer()).parts).toBe(2);
  await expect(net.fit(x, bad, { parts: 4 })).rejects.toThrow();
  const ended = AbortSignal.abort();
  await net.fit(x, y, { parts: 6, signal: ended });
  expect((await net.trainer()).parts).toBe(2);
  const begun = network();
  const [, history] = await Promise.all([
    begun.trainOnBatch(x, y, { parts: 2 }),
    begun.fit(x, y, { parts: 5, batchSize: 7 }),
  ]);
  expect([history.parts, (await begun.trainer()).parts]).toEqual([5, 5]);
  const [both, inTurn] = [network(), network()];
  await Promise.all([both.trainOnBatch(x, y, { parts: 2 }), both.trainOnBatch(x, y, { parts: 7 })]);
  for (const parts of [2, 7]) await inTurn.trainOnBatch(x, y, { parts });
  expect(weightsOf(both)).toEqual(weightsOf(inTurn));
});

it("frees what a call has made that was under way when it was told to", async () => {
  const net = network();
  const step = net.trainOnBatch(x, y, { parts: 2 });
  await net.dispose();
  await step;
  await net.dispose();
  expect([runtime.liveSessions, runtime.parts?.liveThreads]).toEqual([0, 0]);
});

it("refuses what is no number of parts", async () => {
  for (const parts of [0, 1.5, 257, "two", Number.NaN]) {
    const fit = network().fit(x, y, { parts: parts as number });
    await expect(fit).rejects.toThrow('fit: parts must be "auto" or a whole number from 1 to 256');
  }
});

it("trains whole what was begun before there were parts", async () => {
  const net = network();
  const { position } = await net.fit(x, y, { parts: 2 });
  const { parts: _, ...old } = (await net.trainer()).save();
  const bytes = writeTraining({ trainer: old, position });
  const trainer = await net.trainer();
  trainer.restore(readTraining(bytes, "old").trainer);
  expect(trainer.parts).toBe(1);
});

it("is decided by model and cores, not by the machine's mood", () => {
  const signature = (rows: number, shape: readonly number[]): Signature => ({
    inputs: [{ dtype: "float32", shape: [rows, ...shape] }],
    targets: [{ dtype: "int32", shape: [rows, 1] }],
    weights: [undefined],
  });
  const decide = (net: Model, rows: number, shape: readonly number[], cores: number): number => {
    const { functional, variables, compiled } = net;
    const description = { functional, variables, heads: compiled.heads, optimizer: compiled.optimizer };
    return automaticParts({ description, mode: "train", signature: signature(rows, shape), cores });
  };
  const classifier = (
    shape: readonly number[],
    body: (x: ReturnType<typeof input>) => ReturnType<typeof input>,
  ): Model => {
    const data = input({ shape });
    const net = model({
      inputs: data,
      outputs: dense({ units: 10, activation: "softmax" })(body(data)),
      runtime,
    });
    net.compile({ loss: "sparseCategoricalCrossentropy" });
    return net as Model;
  };
  const text = classifier([60, 58], (data) => lstm({ units: 128 })(data));
  expect([1, 2, 8].map((cores) => decide(text, 128, [60, 58], cores))).toEqual([1, 2, 1]);
  expect(decide(text, 8, [60, 58], 2)).toBe(1);
  const pictures = classifier([28, 28, 16], (data) =>
    globalAveragePooling2d()(conv2d({ filters: 64, kernelSize: 3, padding: "same" })(data)),
  );
  expect([1, 32, 64].map((batch) => decide(pictures, batch, [28, 28, 16], 2))).toEqual([1, 2, 4]);
  const large = classifier([112, 112, 16], (data) =>
    globalAveragePooling2d()(conv2d({ filters: 64, kernelSize: 3, padding: "same" })(data)),
  );
  expect([4, 8, 16, 32].map((batch) => decide(large, batch, [112, 112, 16], 2))).toEqual([1, 2, 4, 8]);
  const normalized = classifier([112, 112, 16], (data) =>
    globalAveragePooling2d()(
      batchNormalization()(conv2d({ filters: 64, kernelSize: 3, padding: "same" })(data)),
    ),
  );
  expect(decide(normalized, 32, [112, 112, 16], 2)).toBe(2);
  const rows = classifier([784], (data) => dense({ units: 512 })(dense({ units: 512 })(data)));
  expect(decide(rows, 128, [784], 2)).toBe(1);
});
