import { execFile, execFileSync } from "node:child_process";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ImagoError } from "../errors.js";
import { atomicWrite } from "./atomicWrite.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The superuser may write anywhere, so nothing is denied to it. */
const isRoot = process.getuid?.() === 0;

describe("atomicWrite", () => {
  it("writes bytes and text, and leaves nothing else", async () => {
    await atomicWrite(join(folder, "a.bin"), Uint8Array.of(0, 255, 7));
    await atomicWrite(join(folder, "b.txt"), "Grüße");
    expect([...(await readFile(join(folder, "a.bin")))]).toEqual([0, 255, 7]);
    expect(await readFile(join(folder, "b.txt"), "utf8")).toBe("Grüße");
    expect((await readdir(folder)).sort()).toEqual(["a.bin", "b.txt"]);
  });

  it("writes pieces as they come, and leaves what was there where they fail", async () => {
    const path = join(folder, "a.txt");
    const pieces = async function* (fails: boolean): AsyncGenerator<string> {
      yield* ["Grü", "", "ße"];
      if (fails) throw new Error("no more");
    };
    await atomicWrite(path, pieces(false));
    await expect(atomicWrite(path, pieces(true))).rejects.toThrow(`Cannot write ${path}: no more.`);
    expect(await readFile(path, "utf8")).toBe("Grüße");
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it("writes the part a view shows, not the whole buffer", async () => {
    await atomicWrite(join(folder, "a.bin"), Uint8Array.of(1, 2, 3, 4).subarray(1, 3));
    expect([...(await readFile(join(folder, "a.bin")))]).toEqual([2, 3]);
  });

  it("replaces a file", async () => {
    const path = join(folder, "a.txt");
    await writeFile(path, "a longer text than the new one");
    await atomicWrite(path, "new");
    expect(await readFile(path, "utf8")).toBe("new");
  });

  it("lets one of several writers win whole", async () => {
    const path = join(folder, "a.txt");
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(texts.map((text) => atomicWrite(path, text)));
    expect(texts).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it("says which folder is missing", async () => {
    const path = join(folder, "none", "a.txt");
    await expect(atomicWrite(path, "x")).rejects.toThrow(
      new RegExp(`^Cannot write ${path}: there is no folder ${join(folder, "none")}\\.`),
    );
    await expect(atomicWrite(path, "x")).rejects.toBeInstanceOf(ImagoError);
  });

  it("says that the folder is a file", async () => {
    await writeFile(join(folder, "file"), "");
    const path = join(folder, "file", "a.txt");
    await expect(atomicWrite(path, "x")).rejects.toThrow(
      `Cannot write ${path}: ${join(folder, "file")} is not a folder.`,
    );
  });

  it("says that the target is a folder, and removes the temporary file", async () => {
    await mkdir(join(folder, "sub"));
    await expect(atomicWrite(join(folder, "sub"), "x")).rejects.toThrow(/it is a folder\. Name a file\./);
    expect(await readdir(folder)).toEqual(["sub"]);
  });

  it.skipIf(isRoot || process.platform === "win32")("says that permission is denied", async () => {
    await chmod(folder, 0o500);
    await expect(atomicWrite(join(folder, "a.txt"), "x")).rejects.toThrow("permission denied");
    await chmod(folder, 0o700);
  });

  it.skipIf(process.platform === "win32")("keeps the old file when the disk takes only a part", async () => {
    const path = join(folder, "a.txt");
    await writeFile(path, "old");
    // A limit on the size of files stands for the full disk: 1 MiB here, where 4 are to be written.
    const script = `
      import { atomicWrite } from ${JSON.stringify(new URL("./atomicWrite.ts", import.meta.url).href)};
      await atomicWrite(${JSON.stringify(path)}, new Uint8Array(4 << 20)).catch((error) => console.log(error.message));
    `;
    const { stdout } = await promisify(execFile)(
      "sh",
      ["-c", 'ulimit -f 2048; exec "$0" --import tsx --input-type=module -e "$1"', process.execPath, script],
      { cwd: import.meta.dirname },
    );
    expect(stdout).toBe(`Cannot write ${path}: the file is larger than its file system allows.\n`);
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it.skipIf(process.platform === "win32")(
    "follows symbolic links, and leaves pipes and devices what they are",
    async () => {
      const [target, link] = [join(folder, "target"), join(folder, "link")];
      await atomicWrite(target, "old");
      await symlink("target", link);
      await atomicWrite(link, "new");
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      expect(await readFile(target, "utf8")).toBe("new");
      // One that leads to nothing yet.
      await symlink("later", join(folder, "early"));
      await atomicWrite(join(folder, "early"), "made");
      expect(await readFile(join(folder, "later"), "utf8")).toBe("made");
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const read = readFile(pipe, "utf8");
      await atomicWrite(pipe, "through");
      expect(await read).toBe("through");
      expect((await lstat(pipe)).isFIFO()).toBe(true);
    },
  );
});
