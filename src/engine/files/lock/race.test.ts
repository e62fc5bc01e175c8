import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readJournal } from "../journal/index.js";
import { realProcesses } from "./processes.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const script = `
  import { openJournal } from ${JSON.stringify(new URL("../journal/index.ts", import.meta.url).href)};
  process.once("message", async (name) => {
    try {
      const journal = await openJournal(process.argv[1], { header: { t: "header" } });
      for (let i = 0; ; i++) {
        await journal.append({ t: "told", name, i });
        process.send(i);
      }
    } catch (error) {
      process.send(error.message);
      process.disconnect();
    }
  });
  process.send("ready");
`;

/** A process that opens the journal when told to, and appends until it is killed. */
async function writer(path: string) {
  const args = ["--import", "tsx", "--input-type=module", "-e", script, path];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    cwd: import.meta.dirname,
  });
  const messages: unknown[] = [];
  child.on("message", (message) => messages.push(message));
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await expect.poll(() => messages, { timeout: 15_000 }).toEqual(["ready"]);
  return { child, exit, messages: () => messages.slice(1) };
}

describe("processes", () => {
  it("race for a dead lock and one wins; killed, it loses nothing that was acknowledged", async () => {
    const path = join(folder, "journal.jsonl");
    const dead = { ...realProcesses.self(), boot: "another", token: "dead", at: "then" };
    writeFileSync(join(folder, "journal.lock"), JSON.stringify(dead));
    const writers = await Promise.all([writer(path), writer(path)]);
    for (const [index, { child }] of writers.entries()) child.send(`w${index}`);
    await expect
      .poll(() => writers.every((one) => one.messages().length > 0), { timeout: 10_000 })
      .toBe(true);
    const winner = writers.find((one) => typeof one.messages()[0] === "number");
    const loser = writers.find((one) => one !== winner);
    expect(loser?.messages()).toEqual([
      expect.stringMatching(
        new RegExp(`^Cannot write .*: process ${winner?.child.pid} on .* has had it open since`),
      ),
    ]);
    await expect.poll(() => winner?.messages().length, { timeout: 10_000 }).toBeGreaterThan(5);
    winner?.child.kill("SIGKILL");
    await winner?.exit;
    const acknowledged = winner?.messages() ?? [];
    const { records, problems } = await readJournal(path);
    expect(problems).toEqual([]);
    const kept = records.slice(1).map((one) => one.i);
    expect(kept).toEqual(kept.map((_, i) => i));
    expect(kept.length).toBeGreaterThanOrEqual(acknowledged.length);
    await loser?.exit;
  });
});
