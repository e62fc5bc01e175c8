import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultyFiles } from "../../testing/faultyFiles.js";
import { openJournal, readJournal } from "./index.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = { t: "header" };

describe("whatever fails, and whenever the machine stops", () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("append" as const), together: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("note" as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("fault" as const),
        call: fc.constantFrom(
          "writeSync" as const,
          "fsync" as const,
          "fsync" as const,
          "ftruncateSync" as const,
          "openSync" as const,
        ),
        does: fc.constantFrom("short" as const, "ENOSPC" as const, "EIO" as const),
        at: fc.constantFrom(1, 1, 2, 3),
        times: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("crash" as const),
        keep: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const) }) },
  );

  it("no acknowledged record is lost, and none appears twice", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const at = join(folder, String(run++), "j.jsonl");
        const disk = faultyFiles();
        let journal = await openJournal(at, { header, files: disk });
        const acknowledged: number[] = [];
        let id = 0;
        const add = async (): Promise<void> => {
          const mine = id++;
          await journal.append({ t: "a", i: mine }).then(
            () => acknowledged.push(mine),
            () => {},
          );
        };
        for (const one of steps) {
          if (one.do === "append") await Promise.all(Array.from({ length: one.together }, add));
          else if (one.do === "note") await journal.note({ t: "a", i: id++ }).catch(() => {});
          else if (one.do === "fault") disk.inject({ ...one, path: "j.jsonl" });
          else {
            disk.inject();
            // What the disk has for certain, and some of what it has not.
            const synced = disk.synced(at);
            await journal.close();
            const length = readFileSync(at).length;
            if (one.do === "crash") truncateSync(at, synced + Math.floor((length - synced) * one.keep));
            journal = await openJournal(at, { header, files: disk });
          }
        }
        disk.inject();
        await journal.close();
        const { records, problems } = await readJournal(at);
        const seen = records.slice(1).map((one) => one.i);
        expect(problems).toEqual([]);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual([...seen].sort((a, b) => Number(a) - Number(b)));
        expect(seen).toEqual(expect.arrayContaining(acknowledged));
      }),
      { numRuns: 250 },
    );
  });
});
