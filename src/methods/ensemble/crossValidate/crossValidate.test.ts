import { describe, expect, it } from "vitest";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { type Model, model } from "../../../nn/models/model.js";
import { weightsOf } from "../../../nn/models/serialize.js";
import { ensemble } from "../ensemble.js";
import { ensembleReport } from "../report/ensembleReport.js";
import { superLearnerWeights } from "../superLearnerWeights.js";
import { type CrossValidation, crossValidate } from "./crossValidate.js";
import { build, notCompiled, rows, seedOfFold, withLambda, x, y } from "./testing/networks.js";

const here = { x, y, epochs: 4, batchSize: 8, folds: 3, workers: 0 };
const networks = new URL("./testing/networks.ts", import.meta.url);

/** Everything that two equal results have in common. */
function bytesOf({ members, predictions, folds }: CrossValidation): unknown {
  return {
    weights: members.map((member) =>
      Object.entries(weightsOf(member)).map(([path, tensor]) => [
        path,
        Buffer.from(tensor.bytes).toString("hex"),
      ]),
    ),
    predictions: Object.entries(predictions).map(([name, { bytes }]) => [
      name,
      Buffer.from(bytes).toString("hex"),
    ]),
    folds: folds.map(({ seed, figures, history, failure }) => ({ seed, figures, history, failure })),
  };
}

describe("crossValidate", () => {
  it("predicts every row by the network that did not see it", async () => {
    const {
      members,
      folds,
      predictions,
      rows: predicted,
      figures,
      failures,
      report,
    } = await crossValidate({
      ...here,
      model: build(0),
    });
    expect(members.length).toBe(3);
    expect(failures).toEqual([]);
    expect([...predicted]).toEqual([...Array(rows).keys()]);
    const { out } = predictions;
    expect(out?.shape).toEqual([rows, 1]);
    for (const { heldOut, training, model: member, figures: own, history } of folds) {
      expect([...heldOut, ...training].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
      const mine = await member?.predict([...heldOut].map((row) => x[row] as number[]) as never);
      const given = [...heldOut].map((row) => out?.data[row] as number);
      [...(mine as Tensor<"float32">).data].forEach((value, i) => {
        expect(value).toBeCloseTo(given[i] as number, 5);
      });
      const errors = [...heldOut].map((row, i) => Math.abs((given[i] as number) - (y[row]?.[0] as number)));
      expect(own?.mae).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / errors.length, 5);
      expect(history?.loss?.length).toBe(4);
    }
    const losses = folds.map(({ figures: own }) => own?.loss as number);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 3;
    const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / 2;
    expect(figures.loss?.mean).toBeCloseTo(mean, 12);
    expect(figures.loss?.standardError).toBeCloseTo(Math.sqrt(variance / 3), 12);
    expect(report()).toContain(`fold 1          20        10  ${losses[0]?.toPrecision(4)}`);
    expect(report()).toMatch(/^3 networks, 30 rows; figures on rows that a network had not seen/);
  });

  it("gives the same bytes here and in workers, however many", { timeout: 120_000 }, async () => {
    const wanted = bytesOf(await crossValidate({ ...here, model: build(0) }));
    expect(bytesOf(await crossValidate({ ...here, model: build(0), workers: 2 }))).toEqual(wanted);
    // The same networks, built by a function here and by a module there.
    const built = bytesOf(await crossValidate({ ...here, build }));
    expect(built).toEqual(wanted);
    expect(bytesOf(await crossValidate({ ...here, module: { path: networks }, workers: 1 }))).toEqual(wanted);
    expect(bytesOf(await crossValidate({ ...here, build, seed: 1 }))).not.toEqual(wanted);
  });

  it("serves ensembles, weights and reports", async () => {
    const result = await crossValidate({ ...here, build });
    const other = await crossValidate({ ...here, build, epochs: 1 });
    const first = { x: [[0.5, -0.5]] };
    const each = await Promise.all(result.members.map((member) => member.predict(first.x as never)));
    const values = each.map((one) => (one as Tensor).item());
    const pooled = (await ensemble(result.members).predict(first as never)) as Record<
      string,
      { item(): number }
    >;
    expect(pooled.out?.item()).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 3, 6);
    const z = { long: result.predictions.out as never, short: other.predictions.out as never };
    const targets = y.map(([one]) => one as number);
    expect(superLearnerWeights(z, targets).weights.length).toBe(2);
    expect(ensembleReport(z, targets).text).toContain("long");
  });

  it("draws weights anew, and keeps those that are not trained", async () => {
    const at = input({ shape: [2], name: "x" });
    const frozen = dense({ units: 4, name: "frozen", trainable: false });
    const net = model({
      inputs: at,
      outputs: dense({ units: 1, name: "out" })(frozen(at)),
      seed: 3,
    }) as Model;
    net.compile({ optimizer: { name: "sgd", config: { learningRate: 0 } }, loss: "mse" });
    const own = weightsOf(net);
    const { members } = await crossValidate({ ...here, epochs: 1, model: net });
    const [first, second] = members.map(weightsOf);
    expect(first?.["frozen/kernel"]).toEqual(own["frozen/kernel"]);
    expect(first?.["out/kernel"]).not.toEqual(own["out/kernel"]);
    expect(first?.["out/kernel"]).not.toEqual(second?.["out/kernel"]);
    const kept = await crossValidate({ ...here, epochs: 1, model: net, keepWeights: true });
    for (const member of kept.members) expect(weightsOf(member)).toEqual(own);
  });

  it("divides rows as it is told", async () => {
    const byTime = await crossValidate({ ...here, epochs: 1, build, byTime: true });
    expect([...byTime.folds[0]!.training]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(byTime.rows[0]).toBe(7);
    expect(byTime.predictions.out?.data[6]).toBeNaN();
    const validationRows = [[0, 1], [5]];
    const given = await crossValidate({ ...here, epochs: 1, build, validationRows });
    expect([...given.rows]).toEqual([0, 1, 5]);
    const at = input({ shape: [2], name: "x" });
    const classes = model({ inputs: at, outputs: dense({ units: 2, activation: "softmax" })(at) }) as Model;
    classes.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const labels = x.map((_, row) => (row % 5 === 0 ? 1 : 0));
    const strata = await crossValidate({ ...here, epochs: 1, model: classes, y: labels });
    for (const { heldOut } of strata.folds) {
      expect([...heldOut].filter((row) => labels[row] === 1).length).toBe(2);
    }
  });

  it("tells of epochs and folds, and passes on what listeners throw", { timeout: 60_000 }, async () => {
    const epochs: string[] = [];
    const folds: unknown[] = [];
    await crossValidate({
      ...here,
      build,
      epochs: 2,
      workers: 1,
      onEpoch: ({ member, epoch, logs }) => epochs.push(`${member} ${epoch} ${typeof logs.loss}`),
      onFold: ({ member, members, kept, failure, figures }) =>
        folds.push([member, members, kept, failure, typeof figures?.loss]),
    });
    const told = [0, 1, 2].flatMap((member) => [0, 1].map((epoch) => `${member} ${epoch} number`));
    expect(epochs).toEqual(told);
    expect(folds).toEqual([0, 1, 2].map((member) => [member, 3, false, undefined, "number"]));
    const onEpoch = (): never => {
      throw new Error("no ear");
    };
    await expect(crossValidate({ ...here, build, onEpoch })).rejects.toThrow(/^no ear$/);
  });

  it("says what is wrong with what it is given", async () => {
    const refused = (options: object): Promise<unknown> => crossValidate({ ...here, ...options } as never);
    await expect(refused({})).rejects.toThrow(
      "crossValidate: expected one of model, build and module, received 0 of them.",
    );
    await expect(refused({ build, model: build(0) })).rejects.toThrow("received 2 of them.");
    await expect(refused({ build, keepWeights: true })).rejects.toThrow("keepWeights is for model;");
    await expect(refused({ build, fold: 3 })).rejects.toThrow('unknown option "fold". Did you mean "folds"?');
    await expect(refused({ build, folds: 31 })).rejects.toThrow("30 rows cannot be divided into 31 folds.");
    await expect(refused({ build, ids: x.map(() => 1) })).rejects.toThrow(
      "1 clusters of rows cannot be divided into 3 folds.",
    );
    await expect(refused({ build, y: y.slice(1) })).rejects.toThrow(/has 30 samples and target "out" has 29/);
    await expect(refused({ build: notCompiled })).rejects.toThrow(
      "crossValidate: build must give a compiled Model, or { model, callbacks } with one.",
    );
    await expect(refused({ model: notCompiled(0) })).rejects.toThrow("has to be compiled first");
    await expect(refused({ model: withLambda(0) })).rejects.toThrow(
      /^crossValidate: the model cannot be copied: .* Give build, a function/,
    );
    await expect(refused({ build: withLambda, workers: 2 })).rejects.toThrow(
      /^crossValidate: workers cannot train what build gives: .* Give a module that exports build, or leave out workers\.$/,
    );
    await expect(refused({ module: { path: "./x.js" } })).rejects.toThrow(
      'crossValidate: module: path must be the URL or the absolute path of a module, received "./x.js".',
    );
    await expect(refused({ module: { path: networks, export: "bild" } })).rejects.toThrow(
      /exports no function "bild"\. It exports: .*build/,
    );
  });

  it("trains here what cannot be sent, and in workers what they build", { timeout: 60_000 }, async () => {
    const { workers: _, ...anywhere } = { ...here, epochs: 1 };
    const built = await crossValidate({ ...anywhere, build: withLambda });
    expect(built.members.map(({ seed }) => seed)).toEqual([0, 1, 2].map(seedOfFold));
    const module = { path: networks, export: "withLambda" };
    expect(bytesOf(await crossValidate({ ...anywhere, module, workers: 1 }))).toEqual(bytesOf(built));
    await expect(crossValidate({ ...anywhere, build: withLambda, folder: "none" })).rejects.toThrow(
      "crossValidate: folder: the network cannot be saved: ",
    );
  });
});
