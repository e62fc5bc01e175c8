import { execFile } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("ends with the exit code that it was given, though parts are being computed", async () => {
  const child = fileURLToPath(new URL("../testing/leaving.ts", import.meta.url));
  const tsx = pathToFileURL(fileURLToPath(import.meta.resolve("tsx"))).href;
  const leaving = promisify(execFile)(process.execPath, ["--import", tsx, child]);
  await expect(leaving).rejects.toMatchObject({ code: 3, signal: null });
}, 60_000);
