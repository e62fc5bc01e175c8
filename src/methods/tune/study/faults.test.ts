import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { type FaultyFiles, faultyFiles } from "../../../engine/testing/faultyFiles.js";
import { float, openStudy } from "../index.js";
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
    const first = whole.indexOf("\n") + 1;
    for (let at = first; at < whole.length; at += 97) {
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
