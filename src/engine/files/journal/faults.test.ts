import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultyFiles } from "../../testing/faultyFiles.js";
import { openJournal, readJournal } from "./index.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago-"));
  path = join(folder, "journal.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = { t: "header" };
const numbers = async () => (await readJournal(path)).records.slice(1).map((one) => one.i);

async function faulty() {
  const files = faultyFiles();
  const journal = await openJournal(path, { header, files });
  await journal.append({ t: "a", i: 0 });
  return { files, journal };
}

describe("a journal on a bad disk", () => {
  it("takes a short write back and writes the record once more", async () => {
    const { files, journal } = await faulty();
    for (const bytes of [0, 1, 40, 1e9]) {
      files.inject({ call: "writeSync", does: "short", bytes });
      await journal.append({ t: "a", i: bytes });
      expect(files.count("writeSync")).toBe(2);
    }
    await journal.close();
    expect(await numbers()).toEqual([0, 0, 1, 40, 1e9]);
  });

  it("keeps what a full disk refuses, and writes it in order when there is space", async () => {
    const { files, journal } = await faulty();
    const full = `Cannot write ${path}: no space left on the device. Free some space, or choose another disk.`;
    files.inject({ call: "writeSync", does: "ENOSPC", times: 3 });
    await expect(journal.append({ t: "a", i: 1 })).rejects.toThrow(full);
    await expect(journal.note({ t: "a", i: 2 })).rejects.toThrow(full);
    await expect(journal.flush()).rejects.toThrow(full);
    expect(journal.backlog).toBe(2);
    expect(await numbers()).toEqual([0]);
    await journal.append({ t: "a", i: 3 });
    expect(journal.backlog).toBe(0);
    expect(await numbers()).toEqual([0, 1, 2, 3]);
    files.inject({ call: "writeSync", does: "short", times: 2 });
    await expect(journal.append({ t: "a", i: 4 })).rejects.toThrow(full);
    await journal.close();
    expect(await numbers()).toEqual([0, 1, 2, 3, 4]);
  });

  it("believes no descriptor whose fsync failed", async () => {
    const { files, journal } = await faulty();
    await journal.note({ t: "a", i: 1 });
    files.inject({ call: "fsync", does: "EIO" });
    const [first, second] = await Promise.allSettled([
      journal.append({ t: "a", i: 2 }),
      journal.append({ t: "a", i: 3 }),
    ]);
    expect(first).toMatchObject({
      status: "rejected",
      reason: { message: `Cannot write ${path}: EIO: injected, fsync.` },
    });
    expect(second.status).toBe("rejected");
    expect(journal.backlog).toBe(3);
    await journal.append({ t: "a", i: 4 });
    expect(files.count("ftruncateSync")).toBe(1);
    expect(files.synced(path)).toBe(readFileSync(path).length);
    await journal.close();
    expect(await numbers()).toEqual([0, 1, 2, 3, 4]);
  });

  it("rejects a record that came while a failing fsync ran", async () => {
    const { files, journal } = await faulty();
    files.inject({ call: "fsync", does: "EIO" });
    const first = journal.append({ t: "a", i: 1 });
    first.catch(() => {});
    await null;
    const second = journal.append({ t: "a", i: 2 });
    await expect(first).rejects.toThrow("EIO");
    await expect(second).rejects.toThrow("EIO");
    await journal.flush();
    await journal.close();
    expect(await numbers()).toEqual([0, 1, 2]);
  });

  it("shares one fsync among those that wait, and syncs notes within a second", async () => {
    const { files, journal } = await faulty();
    files.inject();
    await Promise.all(Array.from({ length: 50 }, (_, i) => journal.append({ t: "a", i })));
    expect(files.count("fsync")).toBeLessThanOrEqual(2);
    await journal.note({ t: "a", i: 50 });
    const before = files.synced(path);
    await expect.poll(() => files.synced(path), { timeout: 2_000 }).toBeGreaterThan(before);
    await journal.close();
  });

  it("tells when closing what could not be written, and lets go of the lock", async () => {
    const { files, journal } = await faulty();
    files.inject({ call: "writeSync", does: "ENOSPC", times: 9, path });
    await expect(journal.append({ t: "a", i: 1 })).rejects.toThrow("no space left");
    await expect(journal.close()).rejects.toThrow("no space left");
    files.inject();
    await (await openJournal(path, { header, files })).close();
    expect(await numbers()).toEqual([0]);
  });

  it("says why it cannot be opened for writing, and can be read", async () => {
    const { journal, files } = await faulty();
    await journal.close();
    chmodSync(path, 0o400);
    for (const [does, why] of [
      ["EACCES", "permission denied. Choose another folder, or change its permissions."],
      ["EROFS", "the file system is read-only. Choose another folder."],
    ] as const) {
      files.inject({ call: "openSync", does, path: "journal.lock" });
      await expect(openJournal(path, { header, files })).rejects.toThrow(`Cannot write ${path}: ${why}`);
      files.inject({ call: "openSync", does, path });
      await expect(openJournal(path, { header, files })).rejects.toThrow(`Cannot write ${path}: ${why}`);
    }
    expect(await numbers()).toEqual([0]);
    await expect(readJournal(join(folder, "none"))).rejects.toThrow("there is no such file.");
  });

  it("makes no half journal when the first record cannot be written", async () => {
    const files = faultyFiles({ call: "writeSync", does: "ENOSPC", times: 9, path });
    await expect(openJournal(path, { header, files })).rejects.toThrow("no space left");
    files.inject();
    const journal = await openJournal(path, { header, files });
    await journal.close();
    expect((await readJournal(path)).records).toHaveLength(1);
  });
});
