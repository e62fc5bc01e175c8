import { describe, expect, it } from "vitest";
import type { FitContext } from "../training/callback.js";
import { csvLogger } from "./csvLogger.js";
import { jsonLinesLogger } from "./jsonLinesLogger.js";
import { lambdaCallback } from "./lambdaCallback.js";
import { runFit } from "./testing/runFit.js";
import { timeLimit } from "./timeLimit.js";

const context = (epoch: number): FitContext => ({ epoch, trainer: { learningRate: 0.5 } }) as FitContext;

describe("csvLogger", () => {
  it("writes names once and figures below them, with NA for what is missing", async () => {
    const lines: string[] = [];
    const logger = csvLogger({ append: (text) => void lines.push(text), separator: ";" });
    await logger.onTrainBegin?.(context(0));
    await logger.onEpochEnd?.({ val_loss: 2, loss: 1.5 }, context(0));
    await logger.onEpochEnd?.({ loss: Number.NaN, other: 4 }, context(1));
    expect(lines).toEqual(["epoch;loss;val_loss\n", "0;1.5;2\n", "1;NaN;NA\n"]);
    const rest: string[] = [];
    const resumed = csvLogger({ append: (text) => void rest.push(text) });
    await resumed.onTrainBegin?.(context(2));
    resumed.restore?.(logger.state?.(), context(2));
    await resumed.onEpochEnd?.({ loss: 3 }, context(2));
    expect(rest).toEqual(["2,3,NA\n"]);
  });

  it("has columns for validation where the first epochs have none", async () => {
    const lines: string[] = [];
    const logger = csvLogger({ append: (text) => void lines.push(text) });
    const validationData = [[[1]], [2]] as const;
    await runFit({ epochs: 2, validationData, validationFrequency: 2, callbacks: [logger] });
    expect(lines[0]).toBe("epoch,loss,val_loss\n");
    expect(lines[1]).toMatch(/^0,[\d.]+,NA\n$/);
    expect(lines[2]).toMatch(/^1,[\d.]+,[\d.]+\n$/);
  });
});

describe("jsonLinesLogger", () => {
  it("writes a line of JSON for each epoch", async () => {
    const lines: string[] = [];
    const logger = jsonLinesLogger({ append: async (text) => void lines.push(text) });
    await runFit({ epochs: 2, callbacks: [logger] });
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1] ?? "")).toEqual({ epoch: 1, learningRate: 0.1, loss: expect.any(Number) });
    await logger.onEpochEnd?.({ loss: Number.NaN, more: -1 / 0 }, context(2));
    expect(lines[2]).toBe('{"epoch":2,"learningRate":0.5,"loss":"NaN","more":"-Infinity"}\n');
  });

  it("writes one for each batch if asked", async () => {
    const lines: string[] = [];
    const logger = jsonLinesLogger({ append: (text) => void lines.push(text), every: "batch" });
    await runFit({ callbacks: [logger] });
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 2, undefined]);
    expect(() => jsonLinesLogger({ append() {}, every: "step" as never })).toThrow(
      'must be "epoch" or "batch"',
    );
  });
});

describe("timeLimit", () => {
  it("stops after the batch in which the time is over", async () => {
    let time = 0;
    const clock = { now: () => time };
    const tick = lambdaCallback({
      onBatchEnd() {
        time += 400;
      },
    });
    const { history } = await runFit({ epochs: 9, callbacks: [tick, timeLimit(1, clock)] });
    expect(history.stopped).toBe("timeLimit: 1 s are over");
    expect(history.position).toMatchObject({ epoch: 1, step: 1 });
    // The next run has a second of its own.
    const { history: next } = await runFit({ epochs: 2, callbacks: [timeLimit(1, clock)] });
    expect(next.stopped).toBeUndefined();
    expect(() => timeLimit(0)).toThrow("timeLimit: seconds must be a number above 0, received 0.");
  });
});

describe("lambdaCallback", () => {
  it("is called at each turn, in order", async () => {
    const calls: string[] = [];
    const note = (name: string) => () => void calls.push(name);
    const callback = lambdaCallback({
      onTrainBegin: note("train"),
      onEpochBegin: note("epoch"),
      onBatchEnd: note("batch"),
      onEpochEnd: async () => void calls.push("epoch end"),
      onSettled: (moment) => void calls.push(`settled ${moment}`),
      onTrainEnd: note("train end"),
    });
    await runFit({ callbacks: [callback] });
    expect(calls).toEqual([
      "train",
      "epoch",
      "batch",
      "settled batch",
      "batch",
      "settled batch",
      "epoch end",
      "settled epoch",
      "train end",
    ]);
    expect(() => lambdaCallback({ onEpochStop() {} } as never)).toThrow("lambdaCallback: unknown option");
  });
});
