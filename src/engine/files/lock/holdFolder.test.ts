import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdFile, holdFolder, whileHolding } from "./holdFolder.js";

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "imago-"));
  folder = join(root, "run");
});
afterEach(() => rm(root, { recursive: true }));

const open = `this very process (${process.pid}) has it open already. Give each its own place, or wait until the other has ended.`;

describe("holdFolder", () => {
  it("makes the folder, keeps others out, and leaves none that is empty", async () => {
    const lock = await holdFolder(folder);
    expect(await readdir(folder)).toEqual([".lock"]);
    await expect(holdFolder(folder)).rejects.toThrow(`Cannot write ${folder}: ${open}`);
    lock.release();
    expect(await readdir(root)).toEqual([]);
    const again = await holdFolder(folder);
    await writeFile(join(folder, "kept"), "");
    again.release();
    expect(await readdir(folder)).toEqual(["kept"]);
  });

  it("holds parts of a folder by name", async () => {
    const [a, b] = [await holdFolder(folder, { name: "a" }), await holdFolder(folder, { name: "b" })];
    await expect(holdFolder(folder, { name: "a", of: "the a" })).rejects.toThrow(
      `Cannot write the a: ${open}`,
    );
    a.release();
    b.release();
  });

  it("names a folder that cannot be", async () => {
    await writeFile(folder, "");
    await expect(holdFolder(folder)).rejects.toThrow(`Cannot write ${folder}: there is a file of that name`);
    await expect(holdFolder(join(folder, "below"))).rejects.toThrow(`${folder} is not a folder`);
  });
});

describe("whileHolding", () => {
  it("lets one after the other write, and gives back what failed", async () => {
    const order: string[] = [];
    const work = (name: string) =>
      whileHolding(folder, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 30));
        order.push(`${name} ends`);
        if (name === "b") throw new Error("failed");
        return name;
      });
    const [a, b, c] = await Promise.allSettled(["a", "b", "c"].map(work));
    expect([a?.status, b?.status, c?.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(order).toHaveLength(6);
    for (let at = 0; at < 6; at += 2) {
      expect(order[at + 1]).toBe(order[at]?.replace("begins", "ends"));
    }
    expect(await readdir(root)).toEqual([]);
  });
});

describe("holdFile", () => {
  it("holds a file by a lock beside it, and names the file where it cannot", async () => {
    const path = join(root, "log.csv");
    const lock = await holdFile(path);
    await expect(holdFile(path)).rejects.toThrow(`Cannot write ${path}: ${open}`);
    lock.release();
    expect(await readdir(root)).toEqual([]);
    await expect(holdFile(join(root, "none", "log"))).rejects.toThrow(
      `Cannot write ${join(root, "none", "log")}: there is no folder`,
    );
  });
});
