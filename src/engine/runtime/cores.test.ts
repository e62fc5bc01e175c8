import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { coreLimit, coresOfMachine } from "./cores.node.js";

const made: string[] = [];

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "cores-"));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

describe("cores", () => {
  it.each<[string, Readonly<Record<string, string>>, number | undefined]>([
    ["nothing is said", {}, undefined],
    ["there is no limit", { "sys/fs/cgroup/cpu.max": "max 100000\n" }, undefined],
    ["a container has one and a half", { "sys/fs/cgroup/cpu.max": "150000 100000\n" }, 1.5],
    [
      "a group around its own has less",
      {
        "proc/self/cgroup": "0::/outer/inner\n",
        "sys/fs/cgroup/outer/inner/cpu.max": "400000 100000\n",
        "sys/fs/cgroup/outer/cpu.max": "200000 100000\n",
      },
      2,
    ],
    [
      "version 1 says so",
      {
        "proc/self/cgroup": "4:cpu,cpuacct:/docker/ab\n1:name=systemd:/docker/ab\n",
        "sys/fs/cgroup/cpu/docker/ab/cpu.cfs_quota_us": "50000\n",
        "sys/fs/cgroup/cpu/docker/ab/cpu.cfs_period_us": "100000\n",
      },
      0.5,
    ],
    [
      "version 1 sets none",
      { "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000" },
      undefined,
    ],
    ["the file holds nonsense", { "sys/fs/cgroup/cpu.max": "many" }, undefined],
  ])("are limited as a control group says: %s", (_, files, limit) => {
    expect(coreLimit(machine(files))).toBe(limit);
  });

  it("are whole, at least one, and no more than there are", () => {
    expect(coresOfMachine(machine({ "sys/fs/cgroup/cpu.max": "50000 100000" }))).toBe(1);
    expect(coresOfMachine(machine({ "sys/fs/cgroup/cpu.max": "6400000 100000" }))).toBe(
      Math.min(64, availableParallelism()),
    );
    expect(coresOfMachine(machine({}))).toBe(availableParallelism());
  });
});
