import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { type FaultyFiles, faultyFiles } from "../../../engine/testing/faultyFiles.js";
import { asha, float, median, openStudy, readStudy, type Trial } from "../index.js";
import { openJournalLedger } from "./files/journalLedger.js";
import { headerOf, readStudyOptions, studyOn } from "./openStudy.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = { space: { x: float(-1, 1) }, seed: 6 } as const;
const open = () => openStudy({ ...options, folder });
async function openOn(files: FaultyFiles) {
  const settings = readStudyOptions(options);
  return studyOn<typeof options.space>(
    settings,
    await openJournalLedger("openStudy", folder, headerOf(settings), files),
  );
}
const square = ({ params }: { readonly params: { readonly x: number } }): number => params.x ** 2;
const journal = (): string => join(folder, "journal.jsonl");

describe("a study on a bad disk", () => {
  it("loses nothing that was acknowledged, whatever fails", async () => {
    const alone = await openStudy(options);
    await alone.run(square, { trials: 25 });
    const random = new Generator(7).split("faults");
    const acknowledged = new Map<number, number>();
    for (let round = 0; round < 25; round++) {
      const files = faultyFiles();
      const study = await openOn(files);
      for (const [number, value] of acknowledged) expect(study.record(number)?.value).toBe(value);
      const call = (["writeSync", "fsync", "fsyncSync"] as const)[random.integer(3)] ?? "writeSync";
      const does =
        (["ENOSPC", "EIO", "short"] as const)[random.integer(call === "writeSync" ? 3 : 2)] ?? "EIO";
      files.inject({ call, does, at: 1 + random.integer(6), times: 1 + random.integer(3) });
      for (let turn = 0; turn < 3 && study.order.length < 25; turn++) {
        try {
          const trial = await study.ask();
          if (trial === undefined) break;
          await study.tell(trial, square(trial));
          acknowledged.set(trial.number, square(trial));
        } catch {
          // What was not acknowledged may be evaluated again.
        }
      }
      files.inject();
      await study.close().catch(() => {});
    }
    const study = await open();
    await study.run(square, { trials: 25 });
    expect(acknowledged.size).toBeGreaterThan(15);
    expect(study.trials.map(({ params, value, state }) => [params, value, state])).toEqual(
      alone.trials.map(({ params, value, state }) => [params, value, state]),
    );
    expect(new Set(study.order).size).toBe(25);
    await study.close();
  });

  it("has each trial's result once, wherever the journal is torn or doubled", async () => {
    const study = await open();
    await study.run(square, { trials: 4 });
    await study.close();
    const whole = readFileSync(journal());
    const lines = whole.toString().trimEnd().split("\n");
    const random = new Generator(3).split("tears");
    const damaged = [
      ...Array.from({ length: 12 }, () =>
        whole.subarray(0, whole.length - 1 - random.integer(whole.length - 400)),
      ),
      Buffer.from(`${[...lines, lines.at(-1)].join("\n")}\n`),
      Buffer.from(`${[...lines.slice(0, 3), lines[2], ...lines.slice(3)].join("\n")}\n`),
    ];
    for (const bytes of damaged) {
      writeFileSync(journal(), bytes);
      const again = await open();
      expect(again.trials.some(({ state }) => state === "running")).toBe(false);
      await again.run(square, { trials: 4 });
      expect(again.trials.map(({ params, value, state }) => [params, value, state])).toEqual(
        study.trials.map(({ params, value, state }) => [params, value, state]),
      );
      expect(again.order.toSorted()).toEqual([0, 1, 2, 3]);
      await again.close();
    }
  });

  it("goes on past flipped bits, says where, and evaluates again what they hit", async () => {
    const study = await open();
    await study.run(square, { trials: 3 });
    await study.close();
    const whole = readFileSync(journal());
    for (let at = 0; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      writeFileSync(journal(), bytes);
      const again = await open();
      expect(again.problems.length).toBeGreaterThan(0);
      expect(again.trials.every(({ value, params }) => value === undefined || value === params.x ** 2)).toBe(
        true,
      );
      // One bit costs one trial at most.
      const intact = again.trials.filter(({ number, value }) => value === study.record(number)?.value);
      expect(intact.length).toBeGreaterThanOrEqual(2);
      await again.run(square, { trials: 4 });
      const states = again.trials.map(({ state }) => state);
      expect(states.filter((state) => state === "complete").length).toBeGreaterThanOrEqual(3);
      expect(states.filter((state) => state === "running" || state === "waiting")).toEqual([]);
      await again.close();
    }
  });
});

describe("a study that is interrupted", () => {
  /** Reports and saves each step; hangs where it is to stop, until it is interrupted. */
  const walk = (hangs: boolean) => async (trial: Trial<{ readonly x: number }>) => {
    for (let step = 1 + ((await trial.checkpoint())?.step ?? 0); step <= 9; step++) {
      await trial.report(trial.params.x + 1 / step, step);
      await trial.save({ step: Uint8Array.of(step) }, step);
      if (!trial.shouldStop) continue;
      if (hangs) await new Promise(() => {});
      return Number.NaN;
    }
    return trial.params.x;
  };

  it.each([
    ["median", () => median({ startup: 1 })],
    ["asha", () => asha()],
  ])("keeps what %s found before the trial's end was told", async (_, pruner) => {
    const all = { ...options, sampler: "random", pruner: pruner() } as const;
    const whole = await openStudy(all);
    await whole.run(walk(false), { trials: 8 });
    for (let round = 0; round < 60; round++) {
      const study = await openStudy({ ...all, folder });
      const isOver = study.order.length === whole.order.length;
      const signal = AbortSignal.timeout(20);
      if (!isOver) await study.run(walk(true), { trials: 8, signal });
      await study.close();
      if (isOver) break;
    }
    const study = await openStudy({ ...all, folder });
    await study.run(walk(false), { trials: 8 });
    const known = (of: typeof whole) => of.trials.map(({ state, value, reports }) => [state, value, reports]);
    expect(known(study)).toEqual(known(whole));
    expect(study.order).toEqual(whole.order);
    await study.close();
  });

  it("may be so as often as anybody wants", async () => {
    for (let round = 0; round < 12; round++) {
      const study = await open();
      await study.run(() => new Promise<number>(() => {}), { trials: 1, signal: AbortSignal.timeout(2) });
      await study.close();
    }
    const study = await open();
    await study.run(square, { trials: 1 });
    expect(study.trials[0]?.state).toBe("complete");
    await study.close();
  });

  it("takes whatever is thrown", async () => {
    const study = await openStudy(options);
    await study.run(
      () => {
        throw Object.create(null);
      },
      { trials: 1 },
    );
    expect(study.trials[0]).toMatchObject({ state: "failed", reason: "{}" });
  });

  it("gives its folder back where the disk is full", async () => {
    const files = faultyFiles();
    const study = await openOn(files);
    await study.ask();
    files.inject({ call: "writeSync", does: "ENOSPC", times: 100 });
    await expect(study.close()).rejects.toThrow("no space left on the device");
    files.inject();
    const again = await open();
    await again.close();
  });

  it("can be read where its first line is damaged", async () => {
    const study = await open();
    await study.run(square, { trials: 2 });
    await study.close();
    const bytes = readFileSync(journal());
    bytes[40] = 0;
    writeFileSync(journal(), bytes);
    expect((await readStudy(folder)).trials).toEqual(study.trials);
    const again = await open();
    expect(again.trials).toEqual(study.trials);
    await again.close();
  });
});
