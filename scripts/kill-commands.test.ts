import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("kill-commands.ts", import.meta.url));

it("commands lose nothing by kills: two of the many that kill-commands.ts does", async () => {
  const args = ["--import", "tsx", script, "2", "3", "^(dream|models pull)$"];
  // Not compiled: other tests may change what that compiles meanwhile.
  const env = { ...process.env, IMAGO_KILL_SOURCES: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  // On a busy machine a kill may come too late for one of them, and is then done to the other.
  expect(stdout).toMatch(/^dream: \d kills \(.*\), \d+ finished runs with the same bytes$/m);
  expect(stdout).toMatch(/^models pull: \d kills \(.*\), \d+ finished runs with the same bytes$/m);
  expect(stdout).toMatch(/^2 kills: nothing that was acknowledged is lost/m);
}, 180_000);
