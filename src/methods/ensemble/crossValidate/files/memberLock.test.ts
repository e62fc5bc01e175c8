import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockMember } from "./memberLock.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("is held by this process until it is given up", async () => {
  const member = join(folder, "a");
  const unlock = await lockMember(member);
  expect(await readFile(`${member}.lock`, "utf8")).toMatch(new RegExp(`^${process.pid}( \\d+)?$`));
  await unlock();
  await expect(readFile(`${member}.lock`)).rejects.toThrow("ENOENT");
});

it.each(["", "not a number", "999999999 1", `${process.ppid} 1`])(
  "is taken from who is gone: %j",
  async (name) => {
    const member = join(folder, "b");
    await writeFile(`${member}.lock`, name);
    await (await lockMember(member))();
  },
);

it("waits for a process that is about to end", async () => {
  const member = join(folder, "c");
  const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "ignore" });
  const { pid } = other;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await writeFile(`${member}.lock`, start === undefined ? `${pid}` : `${pid} ${start}`);
  const started = performance.now();
  setTimeout(() => other.kill("SIGKILL"), 300);
  await (await lockMember(member))();
  expect(performance.now() - started).toBeGreaterThan(250);
});
