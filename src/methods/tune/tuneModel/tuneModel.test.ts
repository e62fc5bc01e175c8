import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tensor } from "../../../engine/tensor/tensor.js";
import { earlyStopping } from "../../../nn/callbacks/earlyStopping.js";
import { sliceRows } from "../../../nn/data/rows.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { sequential } from "../../../nn/models/sequential.js";
import { choice, float, int, tuneModel } from "../index.js";

const rows = 200;
const at = (row: number, column: number): number => Math.sin(row * 12.9898 + column * 78.233) * 1.7;
const x = tensor(
  Float32Array.from({ length: rows * 2 }, (_, i) => at(Math.floor(i / 2), i % 2)),
  { shape: [rows, 2] },
);
const y = tensor(
  Float32Array.from({ length: rows }, (_, row) => at(row, 0) * at(row, 1)),
  { shape: [rows, 1] },
);

const space = {
  rate: float(1e-4, 1e-1, { log: true }),
  head: choice({ linear: {}, mlp: { units: int(4, 32) } }),
};

const options = {
  space,
  build: (params: import("../index.js").ParamsOf<typeof space>, { seed }: { readonly seed: number }) => {
    const { rate, head } = params;
    const hidden = head.choice === "mlp" ? [dense({ units: head.units, activation: "tanh" })] : [];
    const net = sequential({ layers: [{ inputShape: [2] }, ...hidden, dense({ units: 1 })], seed });
    net.compile({ optimizer: { name: "adam", config: { learningRate: rate } }, loss: "mse" });
    return net;
  },
  data: { x, y, test: 0.2 },
  fit: { epochs: 9, batchSize: 16 },
  trials: 12,
  candidates: 2,
  repeats: 2,
  seed: 1,
} as const;

describe("tuneModel", () => {
  it("finds a network, keeps it, and says three figures of it", async () => {
    const { model, params, ending, study } = await tuneModel({ ...options, pruner: "asha" });
    expect(params.head.choice).toBe("mlp");
    expect(study.trials.some(({ state }) => state === "paused")).toBe(true);
    expect(ending.candidates).toHaveLength(
      Math.min(2, study.trials.filter(({ state }) => state === "complete").length),
    );
    expect(ending.candidates[0]?.repeats).toHaveLength(2);
    expect(ending.test?.rows).toBe(40);
    expect(ending.test?.looks).toBe(1);
    const [low, high] = ending.test?.interval ?? [1, 0];
    expect(low).toBeLessThan(ending.test?.value ?? 0);
    expect(high).toBeGreaterThan(ending.test?.value ?? 1);
    expect(ending.testOptimism).toBeCloseTo((ending.test?.value ?? 0) - ending.validation, 12);
    expect(ending.validation).toBe(study.best?.value);
    const predicted = await model.predict(x as never);
    expect(predicted).toMatchObject({ shape: [rows, 1] });
    await model.dispose();
  });

  it("comes to the same again, interrupted or not", async () => {
    const folder = join(await mkdtemp(join(tmpdir(), "imago-")), "study");
    try {
      const whole = await tuneModel(options);
      const control = new AbortController();
      const parts = tuneModel({
        ...options,
        folder,
        signal: control.signal,
        onTrial: ({ number, state }) => {
          if (number === 5 && state === "complete") control.abort(new Error("enough"));
        },
      });
      await expect(parts).rejects.toThrow("enough");
      const resumed = await tuneModel({ ...options, folder });
      expect(resumed.ending).toEqual(whole.ending);
      const without = whole.study.trials.map(({ model: _, ...trial }) => trial);
      expect(resumed.study.trials.map(({ model: _, ...trial }) => trial)).toEqual(without);
    } finally {
      await rm(join(folder, ".."), { recursive: true, force: true });
    }
  });

  it("judges a trial by the network that it keeps", async () => {
    const validation = { x: sliceRows(x, 0, 50), y: sliceRows(y, 0, 50) };
    const build = async (params: import("../index.js").ParamsOf<typeof space>, context: { seed: number }) =>
      options.build({ ...params, rate: 0.3 }, context);
    const judged = async (restoreBestWeights: boolean) => {
      const fit = () => ({
        ...options.fit,
        callbacks: [earlyStopping({ patience: 9, restoreBestWeights })],
      });
      const data = { x, y, validation };
      const { study, model } = await tuneModel({ ...options, build, data, fit, trials: 3, repeats: 0 });
      const { loss } = await model.evaluate(validation.x as never, validation.y as never, { batchSize: 16 });
      expect(study.best?.value).toBe(loss);
      await model.dispose();
      return study.trials;
    };
    const lasts = await judged(false);
    const bests = await judged(true);
    for (const { value, reports } of lasts) expect(value).toBe(reports.at(-1)?.[1]);
    for (const { value, reports } of bests) expect(value).toBe(Math.min(...reports.map(([, own]) => own)));
    expect(bests.some(({ value, reports }) => value !== reports.at(-1)?.[1])).toBe(true);
  });

  it("has the value of a trial that goes on when no epoch is left", async () => {
    const over = { epoch: options.fit.epochs, step: 0, callbacks: [], totals: undefined };
    const fit = { ...options.fit, callbacks: [{ name: "over", resumeFrom: () => over }] };
    const { study, model } = await tuneModel({ ...options, fit, trials: 2, repeats: 0, data: { x, y } });
    expect(study.trials.map(({ state, reports }) => [state, reports])).toEqual([
      ["complete", []],
      ["complete", []],
    ]);
    await model.dispose();
  });

  it("refuses what cannot be", async () => {
    await expect(tuneModel({ ...options, trails: 3 } as never)).rejects.toThrow('Did you mean "trials"?');
    await expect(tuneModel({ ...options, data: { x, y, validation: 0 } })).rejects.toThrow(
      "data.validation is 0, so there is nothing to measure trials on.",
    );
    await expect(tuneModel({ ...options, data: { x, y: [1, 2] } })).rejects.toThrow(
      'split: "x" has 200 rows, and "y" 2; they must have equally many.',
    );
  });
});
