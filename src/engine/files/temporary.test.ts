import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { atomicWrite } from "./atomicWrite.js";
import type { Processes } from "./lock/processes.js";
import { sweepTemporaries, temporaryBeside } from "./temporary.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Process 7 of a machine on which the processes of `starts` live. */
const machine = (starts: Readonly<Record<number, string>>, boot = "first"): Processes => ({
  self: () => ({ pid: 7, start: starts[7], boot, host: "here", space: "s" }),
  exists: (pid) => Object.hasOwn(starts, pid),
  startOf: (pid) => starts[pid],
});

const leave = (processes: Processes, name = "model.json"): string => {
  const path = temporaryBeside(join(folder, name), undefined, processes);
  writeFileSync(path, "half");
  return path;
};

describe("temporary files", () => {
  it("of processes that are gone are removed, also where another has their number", async () => {
    leave(machine({ 7: "monday" }));
    const mine = leave(machine({ 7: "tuesday" }));
    const others = leave(machine({ 7: "monday" }), "weights");
    await sweepTemporaries(join(folder, "model.json"), machine({ 7: "tuesday" }));
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([mine, others].sort());
  });

  it("may be folders", async () => {
    const processes = machine({ 7: "tuesday" });
    const left = temporaryBeside(join(folder, "archive"), undefined, machine({ 7: "monday" }));
    mkdirSync(join(left, "cats"), { recursive: true });
    await sweepTemporaries(join(folder, "archive"), processes);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of living ones stay, and those of other machines for a day", async () => {
    const living: Processes = {
      ...machine({ 7: "a", 8: "b" }),
      self: () => ({ ...here, pid: 8, start: "b" }),
    };
    const here = machine({ 7: "a", 8: "b" }).self();
    const [own, elsewhere, old] = [leave(living), leave(machine({}, "second")), leave(machine({}, "second"))];
    utimesSync(old, 0, 0);
    await sweepTemporaries(join(folder, "model.json"), machine({ 7: "a", 8: "b" }));
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([own, elsewhere].sort());
  });

  it("never are what has only a likeness", async () => {
    const names = [".model.json.tmp", ".model.json.7-x.tmp", "model.json", ".model.json.0a1b2c3d4e5f.tmp"];
    for (const name of names) writeFileSync(join(folder, name), "");
    await sweepTemporaries(join(folder, "model.json"), machine({ 7: "a" }));
    expect(readdirSync(folder)).toEqual(names.sort());
  });

  it("have names that fit, however long the file's is", async () => {
    const name = "n".repeat(250);
    await atomicWrite(join(folder, name), "whole");
    expect(readdirSync(folder)).toEqual([name]);
  });
});
