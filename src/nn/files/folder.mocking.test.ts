import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SavedArchitecture } from "../models/serialize.js";
import { digestOf, readFiles, replaceFiles } from "./folder.js";
import { writeManifest } from "./manifest.js";

/** How many operations of the file system still work; after them the process is as good as dead. */
const power = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY }));
/** What another process does before one of the operations. */
const other = vi.hoisted(() => ({ at: -1, act: async (): Promise<void> => {} }));

vi.mock("node:fs/promises", async (original) => {
  const real = await original<Record<string, (...args: unknown[]) => unknown>>();
  const failing = ["open", "mkdir", "rename", "rm", "readdir"].map((name) => [
    name,
    async (...args: unknown[]) => {
      if (other.at-- === 0) await other.act();
      if (power.left <= 0) throw new Error("the process was killed");
      power.left--;
      return real[name]?.(...args);
    },
  ]);
  return { ...real, ...Object.fromEntries(failing) };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterEach(async () => {
  power.left = Number.POSITIVE_INFINITY;
  await rm(folder, { recursive: true, force: true });
});

/** A set of files that belong together by a number. */
async function save(version: number, training = true): Promise<void> {
  const files: Record<string, Uint8Array> = {
    "weights.safetensors": new TextEncoder().encode(`weights ${version}`),
    ...(training ? { "training.safetensors": new TextEncoder().encode(`training ${version}`) } : {}),
  };
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOf(bytes)]));
  const model = { name: `version ${version}` } as SavedArchitecture;
  await replaceFiles(folder, writeManifest({ files: digests, model }), files);
}

/** Which number is found, after making sure that all files are of it. */
async function found(expected?: "folder" | "previous"): Promise<number> {
  const { manifest, files, from } = await readFiles(folder);
  if (expected !== undefined) expect(from).toBe(expected);
  const version = Number(manifest.model.name.split(" ")[1]);
  for (const [name, bytes] of Object.entries(files)) {
    expect(new TextDecoder().decode(bytes)).toBe(`${name.split(".")[0]} ${version}`);
  }
  return version;
}

/** Saves with so many operations of the file system until the process is dead. */
async function saveWithPower(version: number, operations: number, training = true): Promise<boolean> {
  power.left = operations;
  try {
    await save(version, training);
    return true;
  } catch {
    return false;
  } finally {
    power.left = Number.POSITIVE_INFINITY;
  }
}

describe("replaceFiles", () => {
  it("keeps the set before, and leaves other files alone", async () => {
    await writeFile(join(folder, "notes.txt"), "mine");
    await save(1);
    expect((await readdir(folder)).sort()).toEqual([
      "model.json",
      "notes.txt",
      "training.safetensors",
      "weights.safetensors",
    ]);
    await save(2);
    expect(await found()).toBe(2);
    expect(await readdir(join(folder, "previous"))).toHaveLength(3);
    expect(await readFile(join(folder, "previous", "weights.safetensors"), "utf8")).toBe("weights 1");
    await save(3, false);
    expect((await readdir(folder)).sort()).toEqual([
      "model.json",
      "notes.txt",
      "previous",
      "weights.safetensors",
    ]);
  });

  it("leaves a complete set wherever it is cut off", async () => {
    await save(1);
    let current = 1;
    let operations = 0;
    for (let done = false; !done; operations++) {
      done = await saveWithPower(current + 1, operations);
      const now = await found();
      expect([current, current + 1], `cut off after ${operations} operations`).toContain(now);
      current = now;
    }
    expect(operations).toBeGreaterThan(20);
  });

  it("does so when what follows is cut off too, again and again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(45), fc.boolean()), { maxLength: 6 }), async (cuts) => {
        await rm(folder, { recursive: true, force: true });
        await save(1);
        let current = 1;
        let version = 1;
        for (const [operations, training] of cuts) {
          version++;
          const done = await saveWithPower(version, operations, training);
          const now = await found();
          expect(now === version || (!done && now === current)).toBe(true);
          current = now;
        }
        await save(100);
        expect(await found()).toBe(100);
        expect(await readdir(folder)).not.toContain(".next");
      }),
      { numRuns: 60 },
    );
  });

  it("writes what it was given when there is no room for leftovers", async () => {
    await save(1);
    await mkdir(join(folder, ".next"));
    await writeFile(join(folder, ".next", "weights.safetensors"), "half");
    expect(await found()).toBe(1);
    await save(2);
    expect(await found()).toBe(2);
    expect(await readdir(folder)).not.toContain(".next");
  });

  it("says that the folder is a file", async () => {
    folder = join(folder, "file");
    await writeFile(folder, "");
    await expect(save(1)).rejects.toThrow(`Cannot write ${folder}: there is a file of that name.`);
  });

  it.skipIf(process.platform === "win32")("keeps what is there when the disk takes only a part", async () => {
    await save(1);
    const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { replaceFiles, digestOf } from ${at("./folder.ts")};
      import { writeManifest } from ${at("./manifest.ts")};
      const bytes = new Uint8Array(4 << 20);
      const files = { "weights.safetensors": digestOf(bytes) };
      const manifest = writeManifest({ files, model: { name: "version 2" } });
      await replaceFiles(${JSON.stringify(folder)}, manifest, { "weights.safetensors": bytes })
        .catch((error) => console.log(error.message));
    `;
    const { stdout } = await promisify(execFile)(
      "sh",
      ["-c", 'ulimit -f 2048; exec "$0" --import tsx --input-type=module -e "$1"', process.execPath, script],
      { cwd: import.meta.dirname },
    );
    expect(stdout).toMatch(/^Cannot write .*: the file is larger than its file system allows\.\n$/);
    expect(await found()).toBe(1);
    expect(await readdir(folder)).not.toContain(".next");
  });
});

describe("readFiles", () => {
  it("refuses what is not there", async () => {
    await expect(readFiles(join(folder, "none"))).rejects.toThrow("model.json: there is no such file.");
  });

  it.each(["model.json", "weights.safetensors", "training.safetensors"])(
    "takes the set before when %s is missing",
    async (name) => {
      await save(1);
      await save(2);
      await rm(join(folder, name));
      const { from, refused } = await readFiles(folder);
      expect(from).toBe("previous");
      expect(refused).toBe(`Cannot read ${join(folder, name)}: there is no such file.`);
      expect(await found()).toBe(1);
      // A save upon a damaged set must not put that in the place of the good one.
      await saveWithPower(3, 20);
      expect([1, 3]).toContain(await found());
    },
  );

  it("gives a whole set to someone who reads while another saves", async () => {
    await save(1);
    let version = 1;
    for (let at = 0, isSaved = true; isSaved; at++) {
      isSaved = false;
      const [before, saves] = [version, 1 + (at % 2)];
      Object.assign(other, {
        at,
        act: async () => {
          isSaved = true;
          for (let count = 0; count < saves; count++) await save(++version);
        },
      });
      expect([before, before + saves]).toContain(await found("folder"));
      other.at = -1;
    }
    expect(version).toBeGreaterThan(10);
  });

  it("refuses every truncated file", async () => {
    await save(1);
    for (const name of ["model.json", "weights.safetensors", "training.safetensors"]) {
      const bytes = await readFile(join(folder, name));
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
          await writeFile(join(folder, name), bytes.subarray(0, length));
          await expect(readFiles(folder)).rejects.toThrow(/truncated|altered/);
        }),
        { numRuns: 20 },
      );
      await writeFile(join(folder, name), bytes);
    }
    expect(await found()).toBe(1);
  });

  it("refuses every file with an altered byte", async () => {
    await save(1);
    for (const name of ["model.json", "weights.safetensors", "training.safetensors"]) {
      const bytes = await readFile(join(folder, name));
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const altered = Uint8Array.from(bytes);
          altered[at] = (altered[at] ?? 0) ^ change;
          await writeFile(join(folder, name), altered);
          await expect(readFiles(folder)).rejects.toThrow(join(folder, name));
        }),
        { numRuns: 60 },
      );
      await writeFile(join(folder, name), bytes);
    }
  });
});
