import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realProcesses } from "../../engine/files/lock/processes.js";
import { lambdaCallback } from "../../nn/callbacks/lambdaCallback.js";
import { runFit } from "../../nn/callbacks/testing/runFit.js";
import { listRuns, openRun, readRun, tagRun, track } from "./index.js";

let dir: string;
let warnings: string[];
const warn = (message: string): void => void warnings.push(message);
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "imago-")), "runs");
  warnings = [];
});
afterEach(() => {
  rmSync(join(dir, ".."), { recursive: true, force: true });
  expect(warnings).toEqual([]);
});

const only = async () => {
  const [first, ...others] = await listRuns({ dir });
  expect(others).toEqual([]);
  return readRun(first?.id ?? "none", { dir });
};

describe("track", () => {
  it("records what was tried, each epoch and batch, and how it ended", async () => {
    const tracker = track({
      dir,
      name: "a line",
      tags: ["x"],
      notes: "first",
      options: { rate: 0.1, big: 10n, nan: Number.NaN },
      seed: 3,
      data: "sha",
      model: "m",
      everySteps: 1,
      warn,
    });
    expect(tracker.run).toBeUndefined();
    const { history } = await runFit({ epochs: 3, callbacks: [tracker] });
    const { summary, curves, epochEnds, problems } = await only();
    expect(epochEnds).toEqual([2, 4, 6]);
    expect(summary).toMatchObject({
      ...{ name: "a line", state: "finished", tags: ["x"], notes: "first", seed: 3, data: "sha", model: "m" },
      ...{ options: { rate: 0.1, big: "10", nan: "NaN" }, epochs: 3, steps: 6, parts: 1 },
      versions: {
        imago: expect.stringMatching(/^\d/),
        node: process.versions.node,
        onnxruntime: expect.stringMatching(/^1\./),
      },
      git: { commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
      last: { loss: history.history.loss?.[2], learningRate: expect.closeTo(0.1) },
      best: { loss: { value: history.history.loss?.[2], step: 6 } },
    });
    expect(summary.id).toMatch(/^a-line-[0-9a-f]{6}$/);
    expect(summary.peakMemory).toBeGreaterThan(1e7);
    expect(summary.ended).toMatch(/Z$/);
    expect(problems).toEqual([]);
    expect(curves.loss).toEqual({ steps: [2, 4, 6], values: history.history.loss });
    expect(curves.batch_loss?.steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(readdirSync(join(dir, summary.id)).sort()).toEqual(["metrics.jsonl", "run.json"]);
  });

  it("goes on in the same run when training is resumed, and takes back what came after the checkpoint", async () => {
    const whole = track({ dir, name: "whole", everySteps: 1, warn });
    await runFit({ epochs: 4, callbacks: [whole] });
    const expected = await only();
    rmSync(dir, { recursive: true });
    const tracker = track({ dir, everySteps: 1, warn });
    const stop = lambdaCallback({
      onEpochEnd: (_, context) => (context.epoch === 1 ? context.stop("enough") : undefined),
    });
    const { net, history } = await runFit({ epochs: 4, callbacks: [tracker, stop] });
    expect((await only()).summary).toMatchObject({ state: "stopped", reason: "enough", steps: 4, epochs: 2 });
    // As if it had gone on after the checkpoint, and was killed.
    const beyond = await openRun({ dir, resume: tracker.run?.id, warn });
    beyond.log({ loss: -1, batch_loss: -1 }, 5);
    beyond.log({ loss: -1 }, 90, 9);
    await beyond.finish();
    await runFit({
      net,
      epochs: 4,
      resume: history.position,
      callbacks: [track({ dir, everySteps: 1, warn })],
    });
    const { summary, curves, epochEnds } = await only();
    expect(epochEnds).toEqual(expected.epochEnds);
    expect(summary).toMatchObject({ state: "finished", steps: 8, epochs: 4, parts: 3, seed: net.seed });
    expect(summary.reason).toBeUndefined();
    expect(curves).toEqual(expected.curves);
    expect([summary.last, summary.best]).toEqual([expected.summary.last, expected.summary.best]);
  });

  it("begins a new run when the old one is gone", async () => {
    const tracker = track({ dir, warn });
    const { net, history } = await runFit({ epochs: 1, callbacks: [tracker] });
    rmSync(dir, { recursive: true });
    await runFit({ net, epochs: 2, resume: history.position, callbacks: [track({ dir, warn })] });
    expect((await only()).curves.loss?.steps).toEqual([4]);
  });

  it("says that training failed", async () => {
    const fail = lambdaCallback({
      onBatchEnd: () => {
        throw new Error("no more");
      },
    });
    await expect(runFit({ callbacks: [track({ dir, warn }), fail] })).rejects.toThrow("no more");
    expect((await only()).summary.state).toBe("failed");
  });

  it("never ends training: a folder that cannot be written is one warning", async () => {
    writeFileSync(dir, "a file");
    await runFit({ epochs: 2, callbacks: [track({ dir, everySteps: 1, warn })] });
    expect(warnings).toEqual([
      expect.stringMatching(/^The run is not recorded: Cannot write .*\. Training goes on; no further/),
    ]);
    warnings = [];
    rmSync(dir);
    const tracker = track({ dir, everySteps: 1, warn });
    const remove = lambdaCallback({ onBatchEnd: () => rmSync(dir, { recursive: true, force: true }) });
    await runFit({ epochs: 2, callbacks: [tracker, remove] });
    expect(warnings).toHaveLength(1);
    warnings = [];
  });

  it("refuses options that cannot be meant", () => {
    expect(() => track({ folder: "x" } as never)).toThrow('track: unknown option "folder".');
    expect(() => track({ everySteps: 0 })).toThrow(
      "track: everySteps must be a whole number from 1, received 0.",
    );
    expect(() => track({ options: [1] } as never)).toThrow("track: options must be an object, received [1].");
  });
});

describe("openRun", () => {
  it("records figures, texts and files by hand", async () => {
    const run = await openRun({ dir, warn });
    run.log({ loss: 2 });
    run.log({ loss: 1, accuracy: Number.NaN });
    run.log({ loss: 1.5 }, 2);
    run.text("sample", "once upon");
    await run.artifact("a.txt", "Grüße");
    await run.artifact("a.bin", Uint8Array.of(1, 2));
    await run.finish("stopped", "tired");
    run.log({ loss: 0 });
    const { summary, curves, texts, artifacts } = await only();
    expect(summary).toMatchObject({
      state: "stopped",
      reason: "tired",
      last: { loss: 1.5, accuracy: Number.NaN },
      steps: 2,
    });
    expect(curves).toEqual({
      loss: { steps: [1, 2], values: [2, 1.5] },
      accuracy: { steps: [2], values: [Number.NaN] },
    });
    expect(texts).toEqual([{ name: "sample", step: 2, text: "once upon" }]);
    expect(artifacts.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["a.bin", 2],
      ["a.txt", 7],
    ]);
    expect(readFileSync(artifacts[1]?.path as string, "utf8")).toBe("Grüße");
  });

  it("warns once of figures that are none, and of names that are paths", async () => {
    const run = await openRun({ dir, warn });
    run.log({ loss: "1" } as never);
    await run.artifact("../x", "");
    await run.finish();
    expect(warnings).toEqual([expect.stringContaining('the figure "loss" is no number.')]);
    warnings = [];
    const second = await openRun({ dir, warn });
    await second.artifact("../x", "");
    await second.finish();
    expect(warnings).toEqual([
      expect.stringContaining('an artifact needs the name of a file without folders, received "../x".'),
    ]);
    expect(existsSync(join(dir, "x"))).toBe(false);
    warnings = [];
  });

  it("has crashed when its process is gone and never said that it ended", async () => {
    const run = await openRun({ dir, warn });
    run.log({ loss: 1 });
    expect((await only()).summary.state).toBe("running");
    const path = join(run.folder, "run.json");
    const text = readFileSync(path, "utf8");
    await run.finish();
    for (const [change, state] of [
      [{ boot: "another" }, "crashed"],
      [{ start: "1" }, "crashed"],
      [{ pid: 2 ** 30 }, "crashed"],
      [{ host: "elsewhere", boot: "another" }, "running"],
    ] as const) {
      const process = { ...realProcesses.self(), ...change };
      writeFileSync(path, JSON.stringify({ ...JSON.parse(text), process }));
      expect((await listRuns({ dir }))[0]?.state).toBe(state);
    }
    // Its journal says that it ended, which the listing does not read.
    writeFileSync(
      path,
      JSON.stringify({ ...JSON.parse(text), process: { ...realProcesses.self(), start: "1" } }),
    );
    expect((await only()).summary.state).toBe("finished");
  });

  it("keeps tags that it was given while it goes on", async () => {
    const run = await openRun({ dir, tags: ["a"], warn });
    await tagRun(run.id, { dir, add: ["b"], notes: "good" });
    await run.finish();
    expect((await only()).summary).toMatchObject({ tags: ["a", "b"], notes: "good", state: "finished" });
  });

  it("leaves a run alone that another writes, and says so", async () => {
    const run = await openRun({ dir, warn });
    const second = await openRun({ dir, resume: run.id.slice(0, -1), warn });
    expect(warnings).toEqual([expect.stringContaining("has it open already")]);
    warnings = [];
    second.log({ loss: 1 });
    await second.finish();
    await run.finish();
    expect((await only()).summary).toMatchObject({ last: {}, parts: 1 });
    await expect(openRun({ dir, resume: "rum" })).rejects.toThrow(
      /^openRun: there is no run "rum" in .*\. Did you mean "run-/,
    );
    mkdirSync(join(dir, "empty"));
    await expect(openRun({ dir, resume: "empty" })).rejects.toThrow("is the folder of no run.");
  });
});
