import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tensor } from "../../../engine/tensor/tensor.js";
import { loadModel } from "../../../nn/files/loadModel.js";
import { dense } from "../../../nn/layers/core/dense.js";
import type { Model } from "../../../nn/models/model.js";
import { sequential } from "../../../nn/models/sequential.js";
import { asha, choice, float, int, openStudy, type StudyOptions } from "../index.js";
import {
  type Params,
  objective as quadratic,
  space as quadraticSpace,
} from "../testing/quadratic.objective.js";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "imago-")), "study");
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

const space = { x: float(-1, 1), kind: choice(["a", "b"]) };
const here = (options: Partial<StudyOptions<typeof space>> = {}) =>
  openStudy({ space, seed: 4, folder, ...options });
const value = ({ params }: { readonly params: { readonly x: number; readonly kind: string } }): number =>
  params.x ** 2 + (params.kind === "a" ? 0.1 : 0);

describe("a study in a folder", () => {
  it("goes on where it was left, to the trials of one that was never left", async () => {
    const whole = await openStudy({ space, seed: 4 });
    await whole.run(value, { trials: 30 });
    for (const trials of [7, 8, 21, 30]) {
      const study = await here();
      await study.run(value, { trials });
      expect(study.count).toBe(trials);
      await study.close();
    }
    const study = await here();
    expect(study.trials).toEqual(whole.trials);
    expect(study.order).toEqual(whole.order);
    expect(study.best).toEqual(whole.best);
    await study.close();
  });

  it("evaluates again what was left behind, and nothing else", async () => {
    const study = await here();
    const [a, b] = [await study.ask(), await study.ask()];
    await study.tell(a!, 1);
    // Killed here: nothing is closed, and the lock is that of a process that lives, this one.
    const journal = await readFile(join(folder, "journal.jsonl"), "utf8");
    await study.close();
    const again = await here();
    expect(again.trials.map(({ state }) => state)).toEqual(["complete", "waiting"]);
    const c = await again.ask();
    expect(c).toMatchObject({ number: 1, attempt: 2, params: b!.params, seed: b!.seed });
    await expect(study.tell(b!, 3)).rejects.toThrow("trial 1 is not running");
    await again.tell(c!, 2);
    expect(again.order).toEqual([0, 1]);
    expect(journal.split("\n").length).toBeGreaterThan(3);
    await again.close();
  });

  it("refuses a second process, and other options, by their names", async () => {
    const study = await here();
    await expect(here()).rejects.toThrow(/lock|in use|open/i);
    await study.close();
    await expect(here({ seed: 5 })).rejects.toThrow("was begun with seed 4, and is opened with 5.");
    await expect(here({ direction: "maximize" })).rejects.toThrow("was begun with directions");
    await expect(openStudy({ space: { ...space, x: float(-2, 1) }, seed: 4, folder })).rejects.toThrow(
      'the space is another: "x" was float(-1, 1) and is now float(-2, 1).',
    );
    await expect(
      openStudy({ space: { ...space, kind: choice(["a", "b", "c"]) }, seed: 4, folder }),
    ).rejects.toThrow('"kind" was choice(["a","b"]) and is now choice(["a","b","c"]).');
    await (await here()).close();
  });

  it("cuts off a torn end, says so, and loses no result", async () => {
    const study = await here();
    await study.run(value, { trials: 5 });
    await study.close();
    await appendFile(join(folder, "journal.jsonl"), '{"v":1,"n":99,"t":"tel');
    const again = await here();
    expect(again.problems).toHaveLength(1);
    expect(again.trials.map(({ state }) => state)).toEqual(Array(5).fill("complete"));
    await again.run(value, { trials: 6 });
    await again.close();
    expect((await here()).problems).toEqual([]);
  });

  it("keeps the models of the best, and gives the best back", async () => {
    const study = await here({ keepModels: 2 });
    const xs = (net: { getLayer: Model["getLayer"] }) => net.getLayer("line").getWeights()[0]?.item();
    await study.run(
      async (trial) => {
        const net = sequential([{ inputShape: [1] }, dense({ units: 1, name: "line", useBias: false })]);
        net.getLayer("line").setWeights([tensor([[trial.params.x]])]);
        await trial.keep(net);
        await net.dispose();
        return value(trial);
      },
      { trials: 8 },
    );
    const kept = study.trials.filter(({ model }) => model !== undefined);
    expect(kept).toHaveLength(2);
    expect(kept.map(({ number }) => number)).toContain(study.best?.number);
    const model = await study.model();
    expect(xs(model)).toBe(Math.fround(study.best?.params.x ?? 0));
    expect(xs((await loadModel(study.best?.model ?? "")).model)).toBe(xs(model));
    const folders = await readdir(join(folder, "trials"));
    const filled = await Promise.all(folders.map((one) => readdir(join(folder, "trials", one))));
    expect(filled.filter((names) => names.length > 0)).toHaveLength(2);
    await study.close();
    const again = await here({ keepModels: 2 });
    expect(xs(await again.model())).toBe(xs(model));
    await expect(again.model(99)).rejects.toThrow("of trial 99 no model was kept");
    await again.close();
  });

  it("promotes trials from their checkpoints to the values of training that was never paused", async () => {
    const open = () =>
      openStudy({ space: quadraticSpace, pruner: asha(), seed: 2, folder, sampler: "random" });
    const study = await open();
    await study.run((trial) => quadratic(trial), { trials: 5 });
    await study.close();
    const again = await open();
    await again.run((trial) => quadratic(trial), { trials: 9 });
    const states = again.trials.map(({ state }) => state);
    expect(states.filter((state) => state === "complete")).toHaveLength(1);
    expect(states.filter((state) => state === "paused")).toHaveLength(8);
    const whole = await openStudy({ space: quadraticSpace, seed: 2, sampler: "random" });
    await whole.run((trial) => quadratic(trial), { trials: 9 });
    for (const { number, reports } of again.trials) {
      expect(reports).toEqual(whole.trials[number]?.reports.slice(0, reports.length));
    }
    expect(again.trials.map(({ params }) => params.x)).toEqual(
      whole.trials.map(({ params }: { params: Params }) => params.x),
    );
    await again.close();
  });
});

describe("parameters that trials ask for", () => {
  it("are learnt, and then proposed together", async () => {
    const run = async (at: string | undefined, marks: readonly number[]) => {
      let study = await openStudy({ seed: 3, folder: at });
      for (const trials of marks) {
        await study.run(
          (trial) => {
            const rate = trial.float("rate", 1e-4, 1, { log: true });
            const kind = trial.choice("kind", ["linear", "mlp"]);
            const units = kind === "mlp" ? trial.int("units", 1, 64) : 0;
            return Math.log10(rate / 0.01) ** 2 + (kind === "mlp" ? Math.abs(units - 32) / 32 : 0.8);
          },
          { trials },
        );
        if (at === undefined) continue;
        await study.close();
        study = await openStudy({ seed: 3, folder: at });
      }
      return study;
    };
    const whole = await run(undefined, [60]);
    expect(whole.best?.value).toBeLessThan(0.4);
    expect(whole.trials.some(({ params }) => !("units" in params))).toBe(true);
    const resumed = await run(folder, [10, 33, 60]);
    const plain = ({
      number,
      params,
      value: own,
    }: {
      number: number;
      params: object;
      value?: number | undefined;
    }) => ({
      number,
      params,
      own,
    });
    expect(resumed.trials.map(plain)).toEqual(whole.trials.map(plain));
    await resumed.close();
  });

  it("keep their bounds", async () => {
    const study = await openStudy({ seed: 3 });
    await study.run((trial) => trial.float("x", 0, 1), { trials: 1 });
    await study.run((trial) => trial.float("x", 0, 2), { trials: 2 });
    expect(study.trials[1]).toMatchObject({
      state: "failed",
      reason: expect.stringContaining('trial 1: "x" was float(0, 1) before and is now float(0, 2).'),
    });
    const given = await openStudy({ space: { y: int(1, 3) } });
    await given.run((trial) => trial.float("x", 0, 1), { trials: 1 });
    expect(given.trials[0]?.reason).toContain("the study was given a space");
  });
});

describe("several directions", () => {
  it("have a front", async () => {
    const study = await openStudy({
      space: { x: float(0, 1) },
      direction: ["minimize", "maximize"],
      folder,
    });
    await study.run(({ params }) => [params.x, params.x > 0.5 ? 0 : params.x], { trials: 30 });
    expect(study.front.length).toBeGreaterThan(3);
    expect(study.front.every(({ params }) => params.x <= 0.5)).toBe(true);
    expect(() => study.best).toThrow("front gives those");
    await study.run(() => 1, { trials: 31 });
    expect(study.trials[30]?.reason).toBe("the objective gave 1, not 2 finite numbers");
    await study.close();
    await expect(openStudy({ space, direction: ["minimize", "minimize"], pruner: "asha" })).rejects.toThrow(
      "a pruner goes by one value",
    );
  });
});
