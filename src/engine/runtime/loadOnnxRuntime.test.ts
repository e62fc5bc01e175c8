import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("has no telemetry: nothing is kept of the device and of what was loaded", async () => {
  const cache = await mkdtemp(join(tmpdir(), "imago-cache-"));
  try {
    const child = fileURLToPath(new URL("./testing/loading.ts", import.meta.url));
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    const tsx = pathToFileURL(fileURLToPath(import.meta.resolve("tsx"))).href;
    await promisify(execFile)(process.execPath, ["--import", tsx, child], {
      env: { ...env, XDG_CACHE_HOME: cache },
    });
    expect(await readdir(cache)).toEqual([]);
  } finally {
    await rm(cache, { recursive: true });
  }
}, 60_000);
