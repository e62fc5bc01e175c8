import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, tensor } from "../../../engine/tensor/tensor.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import {
  batchNormalization,
  type Callback,
  callbacks,
  conv2d,
  dense,
  dropout,
  flatten,
  gru,
  type Model,
  sequential,
} from "../../../index.js";
import { gatherRows } from "../../../nn/data/rows.js";
import { type FitTogetherOptions, fitTogether } from "./fitTogether.js";

const rows = 50;
const random = new Generator(3);
const x = new Tensor("float32", [rows, 6], random.normals(rows * 6));
const y = new Tensor(
  "int32",
  [rows],
  Int32Array.from({ length: rows }, (_, row) => ((x.data[row * 6] as number) > 0 ? 1 : 0)),
);

interface Shape {
  readonly units?: number;
  readonly learningRate?: number;
}

function network(seed: number, { units = 8, learningRate = 0.01 }: Shape = {}): Model {
  const made = sequential({
    layers: [
      { inputShape: [6] },
      dense({ units, activation: "relu", kernelRegularizer: "l2" }),
      batchNormalization(),
      dropout({ rate: 0.25 }),
      dense({ units: 2, activation: "softmax" }),
    ],
    seed,
  });
  made.compile({
    optimizer: { name: "adam", config: { learningRate } },
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return made;
}

const committee = (members = 3): Model[] => Array.from({ length: members }, (_, seed) => network(seed));

function expectSame(found: Model, wanted: Model): void {
  found.variables.forEach(({ path, variable }, index) => {
    const other = wanted.variables[index]?.variable.value as Tensor;
    try {
      expectClose(variable.value, other, { relative: 1e-4, absolute: 1e-5 });
    } catch (error) {
      expect.fail(`${path}: ${(error as Error).message}`);
    }
  });
}

/** Trains a committee together, and its twins one after another; both must end alike. */
async function expectAsAlone({
  callbacks: made,
  rows: bags,
  ...options
}: FitTogetherOptions<Tensor, Tensor>) {
  const [together, alone] = [committee(), committee()];
  const histories = await fitTogether(together, x, y, { ...options, callbacks: made, rows: bags });
  for (const [index, model] of alone.entries()) {
    const own = bags?.[index] ?? Array.from({ length: rows }, (_, row) => row);
    const settings = { ...options, callbacks: made?.(index) };
    const history = await model.fit(gatherRows(x, own), gatherRows(y, own), settings);
    expect(histories[index]?.epochs).toEqual(history.epochs);
    expect(histories[index]?.stopped?.slice(0, 20)).toBe(history.stopped?.slice(0, 20));
    for (const [name, values] of Object.entries(history.history)) {
      expectClose(tensor(histories[index]?.history[name] as number[]), [...values], { relative: 1e-4 });
    }
    expectSame(together[index] as Model, model);
  }
  return histories;
}

describe("fitTogether", () => {
  it("trains each as fit would alone: orders, dropout, statistics, penalties and validation", async () => {
    await expectAsAlone({ epochs: 3, batchSize: 16, validationSplit: 0.2 });
  });

  it("trains each on rows of its own, of other numbers of batches too", async () => {
    const bag = (count: number, seed: number): number[] => {
      const draw = new Generator(seed);
      return Array.from({ length: count }, () => draw.integer(rows));
    };
    await expectAsAlone({ epochs: 2, batchSize: 16, rows: [bag(50, 1), bag(40, 2), bag(33, 3)] });
  });

  it("lets members end by themselves, and goes on with the others", async () => {
    const ends = (member: number): Callback[] => [
      {
        name: "ends",
        onEpochEnd: (_logs, context) => (context.epoch === member ? context.stop("enough") : undefined),
      },
    ];
    const histories = await expectAsAlone({ epochs: 4, batchSize: 25, callbacks: ends });
    expect(histories.map(({ epochs }) => epochs.length)).toEqual([1, 2, 3]);
  });

  it("gives back models that go on as if fit had trained them", async () => {
    const [together, alone] = [committee(), committee()];
    await fitTogether(together, x, y, { epochs: 2, batchSize: 16 });
    for (const [index, model] of alone.entries()) {
      await model.fit(x, y, { epochs: 2, batchSize: 16 });
      await model.fit(x, y, { epochs: 3, initialEpoch: 2, batchSize: 16 });
      await together[index]?.fit(x, y, { epochs: 3, initialEpoch: 2, batchSize: 16 });
      expectSame(together[index] as Model, model);
      expect((together[index] as Model).variables[0]?.variable.value.data.buffer.byteLength).toBe(6 * 8 * 4);
    }
  });

  it("keeps what a callback gives a member between steps", async () => {
    const best = () => [callbacks.earlyStopping({ monitor: "loss", patience: 0, restoreBestWeights: true })];
    await expectAsAlone({ epochs: 6, batchSize: 50, callbacks: best });
  });

  it("trains convolutions, each by itself", async () => {
    const build = (seed: number) => {
      const layers = [
        { inputShape: [6, 6, 1] },
        conv2d({ filters: 2, kernelSize: 3 }),
        flatten(),
        dense({ units: 1 }),
      ] as const;
      const made = sequential({ layers, seed });
      made.compile({ optimizer: "sgd", loss: "mse" });
      return made;
    };
    const pictures = new Tensor("float32", [8, 6, 6, 1], random.normals(288));
    const targets = new Tensor("float32", [8, 1], random.normals(8));
    const [a, b] = [build(1), build(2)];
    await fitTogether([a, b], pictures, targets, { epochs: 2 });
    const alone = build(2);
    await alone.fit(pictures, targets, { epochs: 2 });
    expectSame(b, alone);
  });

  it("ends all when the signal aborts, with what was learnt", async () => {
    const control = new AbortController();
    const stop = (member: number): Callback[] =>
      member === 1 ? [{ name: "aborts", onEpochEnd: () => control.abort() }] : [];
    const histories = await fitTogether(committee(), x, y, {
      epochs: 5,
      signal: control.signal,
      callbacks: stop,
    });
    expect(histories.map(({ stopped }) => stopped)).toEqual(["aborted", "aborted", "aborted"]);
  });

  it("ends all when one fails, with its error", async () => {
    const fail = (member: number): Callback[] =>
      member === 1
        ? [{ name: "fails", onBatchEnd: () => Promise.reject(new Error("the disk is full")) }]
        : [];
    const run = fitTogether(committee(), x, y, { epochs: 5, callbacks: fail });
    await expect(run).rejects.toThrow("the disk is full");
  });
});

describe("what fitTogether refuses", () => {
  const refusal = (models: readonly Model[], options: object = {}) =>
    expect(fitTogether(models, x, y, options)).rejects;

  it("names options it does not know", async () => {
    await refusal(committee(), { epoch: 3 }).toThrow(/fitTogether: unknown option "epoch".*epochs/);
  });

  it("wants two or more compiled models, each once", async () => {
    await refusal([network(1)]).toThrow("fitTogether: expected an array of two or more models.");
    const raw = sequential({ layers: [{ inputShape: [6] }, dense({ units: 2 })] });
    await refusal([raw, raw]).toThrow("fitTogether: models[0] is not compiled; call compile first.");
    const one = network(1);
    await refusal([one, one]).toThrow("fitTogether: models[1] is models[0]; give each once.");
  });

  it("wants members that compute the same", async () => {
    await refusal([network(1), network(2, { units: 9 })]).toThrow(
      "fitTogether: models[1] computes something else than models[0]; members must have the same layers, loss, metrics and optimizer, and differ in their seeds alone.",
    );
    const other = network(2);
    other.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    await refusal([network(1), other]).toThrow("models[1] computes something else than models[0]");
  });

  it("wants rows for each that there are", async () => {
    await refusal(committee(2), { rows: [[1]] }).toThrow(
      "fitTogether: rows has 1 lists for 2 models; give one for each.",
    );
    await refusal(committee(2), { rows: [[1], [50]] }).toThrow(
      "fitTogether: rows[1] holds 50; the data have the rows 0 to 49.",
    );
  });

  it("refuses loops", async () => {
    const recurrent = (seed: number) => {
      const made = sequential({
        layers: [{ inputShape: [40, 2] }, gru({ units: 2 }), dense({ units: 1 })],
        seed,
      });
      made.compile({ optimizer: "sgd", loss: "mse" });
      return made;
    };
    const run = fitTogether([recurrent(1), recurrent(2)], Tensor.zeros([4, 40, 2]), Tensor.zeros([4, 1]));
    await expect(run).rejects.toThrow(
      /has a graph of its own and cannot be computed for several members at once/,
    );
  });
});
