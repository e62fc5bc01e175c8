import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolder, makeFolderSync } from "./makeFolder.js";

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "imago-"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

it("makes what is missing, once or twice", async () => {
  const deep = join(base, "a", "b", "c");
  await Promise.all([makeFolder(deep), makeFolder(join(base, "a", "d"))]);
  makeFolderSync(deep);
  expect(existsSync(deep) && existsSync(join(base, "a", "d"))).toBe(true);
});

it("says what stands in the way", async () => {
  writeFileSync(join(base, "file"), "");
  await expect(makeFolder(join(base, "file", "x"))).rejects.toThrow(
    `Cannot write ${join(base, "file", "x")}: ${join(base, "file")} is not a folder. Choose another folder.`,
  );
  await expect(makeFolder(join(base, "file"))).rejects.toThrow("there is a file of that name.");
});

it.skipIf(process.platform !== "linux")("ends at once where a folder takes none", async () => {
  await expect(makeFolder("/proc/imago/x")).rejects.toThrow(
    "Cannot write /proc/imago/x: /proc takes no folders.",
  );
});
