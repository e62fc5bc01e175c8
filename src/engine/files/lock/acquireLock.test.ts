import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultyFiles } from "../../testing/faultyFiles.js";
import { realFiles } from "../layer.js";
import { acquireLock } from "./acquireLock.js";
import { lifeOf, type Processes, realProcesses } from "./processes.js";

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago-"));
  path = join(folder, "study.lock");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const self = realProcesses.self();
const holder = (): Record<string, unknown> => JSON.parse(readFileSync(path, "utf8"));

/** Leaves a lock as another process would have. */
function leave(change: Readonly<Record<string, unknown>>): void {
  writeFileSync(path, JSON.stringify({ ...self, token: "other", at: "then", ...change }));
}

/** A process that does nothing. */
function sleeper(): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  children.push(child);
  if (child.pid === undefined) throw new Error("no process");
  return Object.assign(child, { pid: child.pid });
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));

/** A system that tells of no process when it began. */
const silent: Processes = {
  self: () => ({ pid: process.pid, host: self.host }),
  exists: realProcesses.exists,
  startOf: () => undefined,
};

describe("acquireLock", () => {
  it("writes down its holder and removes the file at the end", async () => {
    const lock = await acquireLock(path);
    expect(holder()).toEqual({ ...self, token: expect.any(String), at: expect.any(String) });
    lock.release();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a second one in the same process", async () => {
    const lock = await acquireLock(path);
    await expect(acquireLock(path, { of: "the study" })).rejects.toThrow(
      `Cannot write the study: this very process (${process.pid}) has it open already. Close it first.`,
    );
    lock.release();
    (await acquireLock(path)).release();
  });

  it.skipIf(process.platform === "win32")(
    "leaves it to a process that is stopped, and takes it when killed",
    async () => {
      const child = sleeper();
      leave({ pid: child.pid, start: realProcesses.startOf(child.pid) });
      process.kill(child.pid, "SIGSTOP");
      await expect(acquireLock(path)).rejects.toThrow(
        `Cannot write ${path}: process ${child.pid} on ${self.host} has had it open since then. Wait until it ends, or end it.`,
      );
      process.kill(child.pid, "SIGKILL");
      await ended(child);
      const lock = await acquireLock(path);
      expect(holder().pid).toBe(process.pid);
      lock.release();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each([
    ["of another boot", { boot: "another" }],
    ["of an earlier process with this number", { start: "1" }],
  ])("takes a lock %s", async (_, change) => {
    leave({ ...change });
    (await acquireLock(path)).release();
  });

  it.each([
    ["another machine", { host: "elsewhere", boot: "another" }],
    ["another container", { space: "pid:[1]" }],
  ])("leaves a lock of %s, unless told", async (_, change) => {
    leave({ pid: 2 ** 30, ...change });
    await expect(acquireLock(path)).rejects.toThrow(
      "From here nobody can tell whether that process lives; if you know that it has ended, take over.",
    );
    (await acquireLock(path, { takeOver: true })).release();
  });

  it("leaves a lock of elsewhere to a holder that shows that it lives, for a minute", async () => {
    leave({ pid: 2 ** 30, host: "elsewhere", boot: "another", beats: true });
    await expect(acquireLock(path)).rejects.toThrow(
      `From here nobody can tell whether that process lives. It counts as ended when ${path} is a minute old: try again then.`,
    );
    const past = Date.now() / 1000 - 61;
    utimesSync(path, past, past);
    const lock = await acquireLock(path, { beats: true });
    expect(holder()).toMatchObject({ pid: process.pid, beats: true });
    lock.release();
  });

  it("waits for a living holder as long as it is told, and for one that holds it for a moment", async () => {
    const child = sleeper();
    const living = { pid: child.pid, start: realProcesses.startOf(child.pid) };
    leave(living);
    const begun = performance.now();
    await expect(acquireLock(path, { patience: 200 })).rejects.toThrow(`process ${child.pid} on`);
    expect(performance.now() - begun).toBeGreaterThan(199);
    const waiting = acquireLock(path, { patience: 10_000 });
    setTimeout(() => child.kill("SIGKILL"), 100);
    (await waiting).release();
    const brief = await acquireLock(path, { brief: true });
    expect(holder().brief).toBe(true);
    setTimeout(() => brief.release(), 100);
    (await acquireLock(path)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("confirms that it is still held, and makes its file again where it was removed", async () => {
    const lock = await acquireLock(path);
    lock.confirm();
    rmSync(path);
    lock.confirm();
    expect(holder().pid).toBe(process.pid);
    leave({ pid: 5, host: "h" });
    expect(() => lock.confirm()).toThrow(`Cannot write ${path}: process 5 on h has had it open since then.`);
  });

  it("takes a lock that was never written to its end, after a while", async () => {
    writeFileSync(path, '{"pid":');
    const begun = performance.now();
    (await acquireLock(path)).release();
    expect(performance.now() - begun).toBeGreaterThan(900);
  });

  it("gives back only its own", async () => {
    const lock = await acquireLock(path);
    leave({});
    lock.release();
    expect(holder().token).toBe("other");
  });

  it("goes by the beat where the system tells no more than that a number is used", async () => {
    const lock = await acquireLock(path, { processes: silent });
    await expect(acquireLock(path, { processes: silent })).rejects.toThrow("this very process");
    lock.release();
    leave({ pid: process.ppid, start: undefined, boot: undefined, space: undefined });
    await expect(acquireLock(path, { processes: silent })).rejects.toThrow(`process ${process.ppid} on`);
    const past = Date.now() / 1000 - 61;
    utimesSync(path, past, past);
    (await acquireLock(path, { processes: silent })).release();
  });

  it("lets one of several that race for a dead lock have it, again and again", async () => {
    for (let round = 0; round < 20; round++) {
      leave({ boot: "another" });
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path)));
      const won = tries.filter((one) => one.status === "fulfilled");
      expect(won).toHaveLength(1);
      won[0]?.value.release();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it("puts a living lock back that came in the place of the dead one it judged", async () => {
    leave({ boot: "another" });
    const living = JSON.stringify({ ...self, token: "living", at: "now" });
    // Between judging and renaming, another process takes the dead lock away and makes its own.
    const files = {
      ...realFiles,
      renameSync: (from: string, to: string) => {
        writeFileSync(path, living);
        realFiles.renameSync(from, to);
      },
    };
    await expect(acquireLock(path, { files })).rejects.toThrow("has it open already");
    expect(readFileSync(path, "utf8")).toBe(living);
    expect(readdirSync(folder)).toEqual(["study.lock"]);
  });

  it("leaves a free place to a living lock that is put aside", async () => {
    writeFileSync(`${path}.taken-x`, JSON.stringify({ ...self, token: "living", at: "now" }));
    await expect(acquireLock(path)).rejects.toThrow("has it open already");
    expect(readdirSync(folder)).toEqual(["study.lock.taken-x"]);
    rmSync(`${path}.taken-x`);
    writeFileSync(`${path}.taken-y`, JSON.stringify({ ...self, boot: "another", token: "dead", at: "then" }));
    (await acquireLock(path)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says why it cannot be written, and leaves nothing half", async () => {
    await expect(acquireLock(join(folder, "none", "a.lock"))).rejects.toThrow("there is no folder");
    const files = faultyFiles({ call: "writeSync", does: "short" });
    await expect(acquireLock(path, { files })).rejects.toThrow("no space left on the device");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("lifeOf", () => {
  it("takes a process that has ended and not been noted for dead", async () => {
    expect(lifeOf(self)).toBe("alive");
    expect(lifeOf({ ...self, pid: 2 ** 30 })).toBe("dead");
    expect(lifeOf({ ...self, start: undefined })).toBe("unsure");
    expect(lifeOf({ ...self, host: "elsewhere", boot: "another" })).toBe("elsewhere");
    expect(lifeOf({ ...self, host: "elsewhere", boot: undefined })).toBe("elsewhere");
  });

  it("knows a machine whose name has changed", () => {
    expect(lifeOf({ ...self, host: "renamed" })).toBe(self.boot === undefined ? "elsewhere" : "alive");
    if (self.boot !== undefined) expect(lifeOf({ ...self, host: "renamed", start: "1" })).toBe("dead");
  });
});
