import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadText } from "../../../labs/sequence/text/files/textFolder.js";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
let folder: string;
let text: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  text = at("t.txt");
  await writeFile(text, "the quick brown fox jumps over the lazy dog. ".repeat(60));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A training of some seconds, behind a shell's words. */
function train(out: string, epochs: number, shell: (command: string) => string) {
  const words = [process.execPath, "--import", "tsx", main, "write", "train", text, "--out", at(out)];
  const flags = ["--epochs", `${epochs}`, "--units", "8", "--length", "10", "--step", "1"];
  const command = [...words, ...flags].map((word) => `'${word}'`).join(" ");
  const child = spawn("bash", ["-c", shell(command)], { cwd: import.meta.dirname });
  let err = "";
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    err += more;
  });
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    printed += more;
  });
  const ended = new Promise<{ code: number | null; err: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, err }));
  });
  return { child, ended, printed: () => printed };
}

const epochOf = async (out: string): Promise<number | undefined> => (await loadText(at(out))).training?.epoch;

describe.skipIf(process.platform === "win32")("work that leaves files", () => {
  it("goes on when its reader has seen enough", async () => {
    const { ended } = train("pipe", 3, (command) => `set -o pipefail; ${command} | head -1`);
    expect(await ended).toEqual({ code: 0, err: "" });
    expect(await epochOf("pipe")).toBe(3);
  }, 60_000);

  it.skipIf(!existsSync("/dev/full"))(
    "is saved, and says so in a line, where its output's disk is full",
    async () => {
      const { ended } = train("full", 200, (command) => `${command} > /dev/full`);
      const { code, err } = await ended;
      expect(code).toBe(1);
      expect(err).toBe("imago: standard output: no space left on the device.\n");
      expect(await epochOf("full")).toBeLessThan(200);
    },
    60_000,
  );

  it("is saved when its terminal is closed", async () => {
    const run = train("hup", 500, (command) => `exec ${command}`);
    while (!run.printed().includes("Epoch 1/")) await new Promise((resolve) => setTimeout(resolve, 20));
    run.child.kill("SIGHUP");
    const { code } = await run.ended;
    expect(code).toBe(1);
    expect(await epochOf("hup")).toBeLessThan(500);
  }, 90_000);
});
