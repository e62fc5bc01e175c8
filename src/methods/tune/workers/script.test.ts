import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asha, float, openStudy } from "../index.js";
import { objective as quadratic, space as quadraticSpace } from "../testing/quadratic.objective.js";
import { space as troubles } from "../testing/troubles.objective.js";

const scriptOf = (name: string): string => join(import.meta.dirname, `../testing/${name}.objective.ts`);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a script", () => {
  it("is run by processes as it is here, choices that cannot be sent included", async () => {
    const script = pathToFileURL(scriptOf("quadratic"));
    const there = await openStudy({ space: quadraticSpace, seed: 1 });
    await there.run({ script }, { trials: 6 });
    const here = await openStudy({ space: quadraticSpace, seed: 1 });
    await here.run((trial) => quadratic(trial), { trials: 6 });
    expect(there.trials).toEqual(here.trials);
  });

  it("is paused and promoted, two beside each other", async () => {
    const study = await openStudy({
      ...{ space: quadraticSpace, seed: 1, pruner: asha(), sampler: "random" },
      folder: join(folder, "study"),
    });
    await study.run({ script: scriptOf("quadratic") }, { trials: 9, parallel: 2 });
    const states = study.trials.map(({ state }) => state);
    expect(states.filter((state) => state === "complete").length).toBeGreaterThan(0);
    expect(new Set(states)).toEqual(new Set(["complete", "paused"]));
    const whole = await openStudy({ space: quadraticSpace, seed: 1, sampler: "random" });
    await whole.run((trial) => quadratic(trial), { trials: 9 });
    for (const { number, reports } of study.trials) {
      expect(reports).toEqual(whole.trials[number]?.reports.slice(0, reports.length));
    }
    await study.close();
  });

  it("costs its own trials alone, whatever it does", async () => {
    const study = await openStudy({ space: troubles, sampler: "grid" });
    for (let what = 0; what <= 6; what++) await study.enqueue({ what });
    await study.run({ script: scriptOf("troubles") }, { trials: 7, parallel: 2, trialTimeLimit: 5000 });
    const byWhat = study.trials.toSorted((a, b) => a.params.what - b.params.what);
    expect(byWhat.map(({ state, attempts, value }) => [state, attempts, value])).toEqual([
      ["failed", 3, undefined],
      ["failed", 1, undefined],
      ["failed", 1, undefined],
      ["failed", 1, undefined],
      ["complete", 3, 3],
      ["failed", 1, undefined],
      ["complete", 1, 1],
    ]);
    expect(byWhat.map(({ reason }) => reason)).toEqual([
      "it came to no end 3 times, the last because its process ended with exit code 3, having said: there is no licence",
      "it took longer than its limit of 5000 ms",
      "it took longer than its limit of 5000 ms",
      "no such thing",
      undefined,
      "the objective gave NaN, not a finite number",
      undefined,
    ]);
  });

  it("must have the study's space and an objective", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    await study.run({ script: scriptOf("quadratic") }, { trials: 1 });
    expect(study.trials[0]?.reason).toContain('the space is another: "x" was float(0, 1)');
    const none = join(folder, "none.mjs");
    await expect(study.run({ script: none }, { trials: 2 })).rejects.toThrow(
      `study: run: there is no script ${none}. Give its URL,`,
    );
    expect(study.count).toBe(1);
  });

  it("goes on from its checkpoint when its process is killed", async () => {
    process.env.IMAGO_TEST_LOG = join(folder, "log");
    process.env.IMAGO_TEST_PAUSE = "60";
    try {
      const study = await openStudy({
        space: quadraticSpace,
        seed: 1,
        sampler: "random",
        folder: join(folder, "study"),
      });
      const control = new AbortController();
      const script = scriptOf("quadratic");
      const run = study.run({ script }, { trials: 2, signal: control.signal });
      while ((study.record(0)?.reports.length ?? 0) < 5)
        await new Promise((resolve) => setTimeout(resolve, 10));
      control.abort(new Error("the lid was closed"));
      await run;
      expect(study.record(0)).toMatchObject({ state: "waiting", reason: "the lid was closed" });
      await study.run({ script }, { trials: 2 });
      const whole = await openStudy({ space: quadraticSpace, seed: 1, sampler: "random" });
      process.env.IMAGO_TEST_PAUSE = "0";
      await whole.run((trial) => quadratic(trial), { trials: 2 });
      expect(study.trials.map(({ value, reports }) => [value, reports])).toEqual(
        whole.trials.map(({ value, reports }) => [value, reports]),
      );
      const log = await readFile(join(folder, "log"), "utf8");
      expect(log).toMatch(/^0 2 from [46]$/m);
      await study.close();
    } finally {
      delete process.env.IMAGO_TEST_LOG;
      delete process.env.IMAGO_TEST_PAUSE;
    }
  });

  it("loses nothing when it or its workers are killed at random", async () => {
    const program = fileURLToPath(new URL("../../../../scripts/kill-study.ts", import.meta.url));
    const args = ["--import", "tsx", program, "3", "11", "1"];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^study 0: right after \d+ kills/);
  }, 60_000);
});
