import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { realProcesses } from "../../../../engine/files/lock/processes.js";
import { lockMember } from "./lockMember.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("is held beside the member until it is given up", async () => {
  const lock = await lockMember(join(folder, "a"));
  expect(await readdir(folder)).toEqual(["a.lock"]);
  lock.release();
  expect(await readdir(folder)).toEqual([]);
});

it("waits for a process that is about to end", async () => {
  const member = join(folder, "c");
  const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "ignore" });
  const pid = other.pid as number;
  const holder = { ...realProcesses.self(), pid, start: realProcesses.startOf(pid), token: "t", at: "then" };
  await writeFile(`${member}.lock`, JSON.stringify(holder));
  const started = performance.now();
  setTimeout(() => other.kill("SIGKILL"), 300);
  (await lockMember(member)).release();
  expect(performance.now() - started).toBeGreaterThan(250);
});
