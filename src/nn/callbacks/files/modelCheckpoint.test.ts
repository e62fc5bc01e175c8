import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadModel } from "../../files/loadModel.js";
import { saveModel } from "../../files/saveModel.js";
import { lambdaCallback } from "../lambdaCallback.js";
import { line, runFit } from "../testing/runFit.js";
import { modelCheckpoint } from "./modelCheckpoint.js";

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "imago-"));
  folder = join(root, "model");
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const positionOf = async () => (await loadModel(folder)).training;

describe("modelCheckpoint", () => {
  it("saves after every epoch, whatever its place among the callbacks", async () => {
    const late = { name: "late", state: () => count, onEpochEnd: () => void count++ };
    let count = 0;
    const { net } = await runFit({ epochs: 3, callbacks: [modelCheckpoint({ folder }), late] });
    const { model, training } = await loadModel(folder);
    expect(training).toMatchObject({ epoch: 3, step: 0 });
    expect(training?.callbacks).toContainEqual({ name: "late", state: 3 });
    expect(model.getLayer("dense").getWeights()).toEqual(net.getLayer("dense").getWeights());
  });

  it("saves after every so many epochs or steps", async () => {
    await runFit({ epochs: 3, callbacks: [modelCheckpoint({ folder, everyEpochs: 2 })] });
    expect(await positionOf()).toMatchObject({ epoch: 2, step: 0 });
    const seen: unknown[] = [];
    const watch = lambdaCallback({
      onSettled: async (moment) => {
        const position = await positionOf().catch(() => undefined);
        seen.push([moment, position?.epoch, position?.step]);
      },
    });
    await rm(folder, { recursive: true });
    await runFit({
      batchSize: 1,
      callbacks: [modelCheckpoint({ folder, everySteps: 2, everyEpochs: 9 }), watch],
    });
    expect(seen).toEqual([
      ["batch", undefined, undefined],
      ["batch", 0, 2],
      ["batch", 0, 2],
      ["batch", 0, 4],
      ["epoch", 0, 4],
    ]);
  });

  it("keeps the model of every epoch in a folder of its own", async () => {
    await runFit({ epochs: 3, callbacks: [modelCheckpoint({ folder: join(folder, "{epoch}") })] });
    expect((await readdir(folder)).sort()).toEqual(["001", "002", "003"]);
    expect((await loadModel(join(folder, "002"))).training).toMatchObject({ epoch: 2, step: 0 });
  });

  it("saves when training is stopped, and not what is saved already", async () => {
    const stop = lambdaCallback({ onBatchEnd: (_, context) => context.stop("enough") });
    const { net, history } = await runFit({ epochs: 3, callbacks: [modelCheckpoint({ folder }), stop] });
    expect(await positionOf()).toMatchObject({ epoch: 0, step: 1 });
    await runFit({ net, epochs: 0, resume: history.position, callbacks: [modelCheckpoint({ folder })] });
    expect(await readdir(folder)).not.toContain("previous");
  });

  it("keeps the best", async () => {
    const figures = [5, 3, 4, 2, 6];
    const grade = lambdaCallback({
      onEpochEnd: (logs, { epoch }) => {
        logs.val_loss = figures[epoch] ?? Number.NaN;
      },
    });
    const make = () => modelCheckpoint({ folder, saveBestOnly: true });
    const { net, history } = await runFit({ epochs: 3, callbacks: [grade, make()] });
    expect(await positionOf()).toMatchObject({ epoch: 2 });
    // A resumed run knows the best so far: 4 and 6 are none.
    await runFit({ net, epochs: 3, resume: { ...history.position, epoch: 2 }, callbacks: [grade, make()] });
    expect(await positionOf()).toMatchObject({ epoch: 2 });
    await runFit({ net, epochs: 5, resume: history.position, callbacks: [grade, make()] });
    expect(await positionOf()).toMatchObject({ epoch: 4 });
  });

  it("keeps the best of the epochs that are due", async () => {
    const graded = async (figures: readonly number[], everyEpochs: number) => {
      const grade = lambdaCallback({
        onEpochEnd: (logs, { epoch }) => {
          logs.val_loss = figures[epoch] ?? Number.NaN;
        },
      });
      await rm(folder, { recursive: true, force: true });
      const callbacks = [grade, modelCheckpoint({ folder, saveBestOnly: true, everyEpochs })];
      await runFit({ epochs: figures.length, callbacks });
      return (await positionOf())?.epoch;
    };
    expect(await graded([1, 3, 4, 2, 4, 1.5], 2)).toBe(6);
    expect(await graded([1, 3, 4, 5, 4, 6], 2)).toBe(2);
    // A first figure that is none is not the best.
    expect(await graded([Number.NaN, 4, 3, 2, 1], 1)).toBe(5);
  });

  describe("leaves something, and its best", () => {
    const graded = (figures: readonly number[]) =>
      lambdaCallback({
        onEpochEnd: (logs, { epoch }) => {
          logs.val_loss = figures[epoch] ?? Number.NaN;
        },
      });

    it("where figures and due epochs never meet: the next figure counts", async () => {
      const checkpoint = modelCheckpoint({ folder, saveBestOnly: true, everyEpochs: 2 });
      const data = [[[1]], [2]] as const;
      await runFit({ epochs: 4, validationData: data, validationFrequency: 3, callbacks: [checkpoint] });
      expect(await positionOf()).toMatchObject({ epoch: 3 });
      // Resumed in between, the same.
      const path = join(root, "parts");
      const make = () => modelCheckpoint({ folder: path, saveBestOnly: true, everyEpochs: 2 });
      const options = { validationData: data, validationFrequency: 3 };
      const { net, history } = await runFit({ ...options, epochs: 2, callbacks: [make()] });
      await runFit({ ...options, net, epochs: 4, resume: history.position, callbacks: [make()] });
      expect((await loadModel(path)).training).toMatchObject({ epoch: 3 });
    });

    it("where a run is shorter than a period", async () => {
      await runFit({ epochs: 3, callbacks: [modelCheckpoint({ folder, everyEpochs: 10 })] });
      expect(await positionOf()).toMatchObject({ epoch: 3 });
      await rm(folder, { recursive: true });
      await runFit({ epochs: 5, callbacks: [modelCheckpoint({ folder, everyEpochs: 2 })] });
      expect(await positionOf()).toMatchObject({ epoch: 4 });
    });

    it("where the callback is used again", async () => {
      const checkpoint = modelCheckpoint({ folder, saveBestOnly: true });
      const { net } = await runFit({ epochs: 2, callbacks: [graded([1, 0.5]), checkpoint] });
      await runFit({ net, initialEpoch: 2, epochs: 4, callbacks: [graded([0, 0, 7, 8]), checkpoint] });
      expect(await positionOf()).toMatchObject({ epoch: 2 });
    });
  });

  it("does not put a model that is not finite in the place of a good one", async () => {
    const net = line(1e30);
    await runFit({ net: line(), callbacks: [modelCheckpoint({ folder })] });
    await runFit({ net, epochs: 5, callbacks: [modelCheckpoint({ folder })] });
    const { model } = await loadModel(folder);
    expect(Number.isFinite(model.getLayer("dense").getWeights()[0]?.item())).toBe(true);
  });

  it("ends training when the folder cannot be written", async () => {
    const file = join(root, "file");
    await runFit({ callbacks: [modelCheckpoint({ folder: file })] });
    await expect(
      runFit({ callbacks: [modelCheckpoint({ folder: join(file, "model.json") })] }),
    ).rejects.toThrow(/^Cannot write .*: there is a file of that name\. Choose another name\.$/);
  });

  describe("lets one training at a time save to a folder", () => {
    const refusal = `this very process (${process.pid}) has it open already. Give each its own place, or wait until the other has ended.`;
    const slow = lambdaCallback({ onBatchEnd: () => new Promise((resolve) => setTimeout(resolve, 20)) });

    it.each(["plain", "{epoch}", "{epoch}/model"])("%s", async (name) => {
      const place = join(folder, name);
      const callbacks = () => [modelCheckpoint({ folder: place, everySteps: 1 })];
      const first = runFit({ epochs: 3, callbacks: [...callbacks(), slow] });
      await new Promise((resolve) => setTimeout(resolve, 10));
      let batches = 0;
      const count = lambdaCallback({ onBatchEnd: () => void batches++ });
      await expect(runFit({ callbacks: [...callbacks(), count] })).rejects.toThrow(
        `Cannot write ${place}: ${refusal}`,
      );
      expect(batches).toBe(0);
      const { net } = await first;
      const { model } = await loadModel(place.replace("{epoch}", "003"));
      expect(model.getLayer("dense").getWeights()).toEqual(net.getLayer("dense").getWeights());
      expect((await readdir(folder, { recursive: true })).filter((file) => file.includes(".lock"))).toEqual(
        [],
      );
    });

    it("and one of two callbacks, whose names for epochs may be beside each other", async () => {
      const twice = [modelCheckpoint({ folder }), modelCheckpoint({ folder })];
      await expect(runFit({ callbacks: twice })).rejects.toThrow(`Cannot write ${folder}: ${refusal}`);
      // Whoever fails gives back what it held, and leaves no empty folder.
      expect(await readdir(root)).toEqual([]);
      const beside = ["a-{epoch}", "b-{epoch}"].map((name) =>
        modelCheckpoint({ folder: join(folder, name) }),
      );
      await runFit({ callbacks: beside });
      expect((await readdir(folder)).sort()).toEqual(["a-001", "b-001"]);
    });

    it("and nobody else meanwhile", async () => {
      const errors: string[] = [];
      const meddle = lambdaCallback({
        onEpochEnd: () => saveModel(line(), folder).catch((error: Error) => void errors.push(error.message)),
      });
      const { net } = await runFit({ callbacks: [modelCheckpoint({ folder }), meddle] });
      expect(errors).toEqual([`Cannot write ${folder}: ${refusal}`]);
      await saveModel(net, folder);
    });

    it("and not when someone took it over", async () => {
      const steal = lambdaCallback({
        onEpochEnd: () =>
          writeFile(join(folder, ".lock"), JSON.stringify({ pid: 7, host: "h", token: "t", at: "noon" })),
      });
      await expect(runFit({ callbacks: [modelCheckpoint({ folder }), steal] })).rejects.toThrow(
        `Cannot write ${folder}: process 7 on h has had it open since noon.`,
      );
    });

    it("though its files were removed", async () => {
      const remove = lambdaCallback({ onEpochEnd: () => rm(folder, { recursive: true }) });
      await runFit({ epochs: 2, callbacks: [modelCheckpoint({ folder }), remove] });
      expect(await positionOf()).toMatchObject({ epoch: 2 });
    });
  });

  it("refuses options that cannot be meant", () => {
    expect(() => modelCheckpoint({ folder, saveBestOnly: true, everySteps: 3 })).toThrow(
      "leave out everySteps",
    );
    expect(() => modelCheckpoint({ dir: folder } as never)).toThrow('modelCheckpoint: unknown option "dir"');
    expect(() => modelCheckpoint({ folder, everyEpochs: 0 })).toThrow("everyEpochs must be");
  });
});
