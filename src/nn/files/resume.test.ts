import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { lambdaCallback } from "../callbacks/lambdaCallback.js";
import { loadModel } from "./loadModel.js";
import { saveModel } from "./saveModel.js";
import { epochs, freshModel, stepsPerEpoch, train, trainOrResume } from "./testing/run.js";

const names = ["model.json", "weights.safetensors", "training.safetensors"];
let folder: string;
let wanted: Buffer[];

const filesOf = (path: string): Promise<Buffer[]> =>
  Promise.all(names.map((name) => readFile(join(path, name))));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await trainOrResume(join(folder, "whole"), join(folder, "wanted"));
  wanted = await filesOf(join(folder, "wanted"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a run that is resumed", () => {
  it("is one that would differ if anything were forgotten", async () => {
    const { model, training } = await loadModel(join(folder, "whole"));
    expect(training).toMatchObject({ epoch: epochs, step: 0 });
    const { state } = await model.trainer();
    expect(state.step).toBe(epochs * stepsPerEpoch);
    expect(state.random.state().counter).toBe(2 * state.step);
    expect(state.slots.size).toBe(8);
    expect((await model.trainer()).rateOverride).toBeLessThan(0.02);
  });

  it("ends with the same bytes, wherever it was stopped", async () => {
    for (const at of [1, 2, 7, stepsPerEpoch, stepsPerEpoch + 1, 3 * stepsPerEpoch - 1]) {
      const checkpoint = join(folder, `stopped${at}`);
      let count = 0;
      const stop = lambdaCallback({
        onBatchEnd(_, context) {
          if (++count === at) context.stop("enough");
        },
      });
      await train(freshModel(), undefined, checkpoint, [stop]);
      await trainOrResume(checkpoint, join(folder, `result${at}`));
      expect(await filesOf(join(folder, `result${at}`)), `stopped after ${at} batches`).toEqual(wanted);
    }
  });

  it("does so by epoch and step alone, where no callback remembers anything", async () => {
    const options = { batchSize: 5, epochs: 3 };
    const { x, y } = data();
    const whole = freshModel();
    await whole.fit(x, y, options);
    const begun = freshModel();
    let steps = 0;
    const stop = lambdaCallback({
      onBatchEnd(_, context) {
        if (++steps === 14) context.stop("enough");
      },
    });
    const { position } = await begun.fit(x, y, { ...options, callbacks: [stop] });
    const { epoch, step } = position;
    expect({ epoch, step }).toEqual({ epoch: 1, step: 2 });
    await saveModel(begun, join(folder, "plain"), { training: { epoch, step } });
    const { model, training } = await loadModel(join(folder, "plain"));
    expect(training).toMatchObject({ epoch, step });
    await model.fit(x as never, y as never, { ...options, initialEpoch: epoch, initialStep: step });
    await saveModel(whole, join(folder, "a"), { training: { epoch: 3, step: 0 } });
    await saveModel(model, join(folder, "b"), { training: { epoch: 3, step: 0 } });
    expect(await filesOf(join(folder, "b"))).toEqual(await filesOf(join(folder, "a")));
  });

  it("ends with the same bytes after being killed again and again", { timeout: 120_000 }, async () => {
    const random = new Generator(Number(process.hrtime.bigint() % 1_000_000n));
    const checkpoint = join(folder, "killed");
    const result = join(folder, "result");
    let kills = 0;
    let reached = 0;
    for (let done = false; !done; ) {
      const run = await runChild(checkpoint, result, kills < 7 ? random : undefined);
      // Every second batch is saved, and a save may just have been under way.
      expect(run.first).toBeGreaterThanOrEqual(reached - 3);
      reached = run.last;
      done = run.done;
      if (!done) kills++;
    }
    expect(kills).toBeGreaterThan(3);
    expect(await filesOf(result)).toEqual(wanted);
  });
});

function data() {
  const random = new Generator(3);
  const rows = (width: number): number[][] =>
    Array.from({ length: 56 }, () => [...random.normals(width)] as number[]);
  return { x: rows(4) as never, y: rows(1) as never };
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly done: boolean;
}

/**
 * Trains in a process of its own and kills it after a random number of batches and a random while, in which it
 * trains or saves.
 *
 * @returns the finished batches at its begin and when it was last heard of, and whether it came to its end
 */
function runChild(checkpoint: string, result: string, random: Generator | undefined): Promise<Run> {
  const script = fileURLToPath(new URL("./testing/child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, checkpoint, result], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let batches = random?.integer(8) ?? Number.POSITIVE_INFINITY;
  const wait = (random?.uniform() ?? 0) * 12;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    batches -= text.split("\n").length - 1;
    if (batches < 0) setTimeout(() => child.kill("SIGKILL"), wait);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const steps = output
        .split("\n")
        .filter((line) => /^\d+$/.test(line))
        .map(Number);
      resolve({ first: steps[0] ?? 0, last: steps.at(-1) ?? 0, done: output.endsWith("done\n") });
    });
  });
}
