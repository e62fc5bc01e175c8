import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("trains README's first program as it stands there", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const program = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "imago-"));
  try {
    const file = join(folder, "first.mjs");
    await writeFile(file, program.replace('"imago"', `"${new URL("../src/index.ts", import.meta.url)}"`));
    const tsx = import.meta.resolve("tsx");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", tsx, file]);
    expect(stderr).toBe("");
    const accuracy = JSON.parse(/\[[^[]*\]$/.exec(stdout.trim())?.[0] ?? "[]") as number[];
    expect(accuracy).toHaveLength(10);
    expect(accuracy.at(-1)).toBeGreaterThan(0.6);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
