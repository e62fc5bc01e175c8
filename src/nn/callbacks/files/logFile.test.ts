import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Callback } from "../../training/callback.js";
import { lambdaCallback } from "../lambdaCallback.js";
import { runFit } from "../testing/runFit.js";
import { csvFileLogger, jsonLinesFileLogger } from "./logFile.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const makers: Readonly<Record<string, (path: string) => Callback>> = {
  csvFileLogger,
  jsonLinesFileLogger: (path) => jsonLinesFileLogger(path, { every: "batch" }),
};

describe.each(Object.entries(makers))("%s", (_, make) => {
  it("writes the same lines in a run that is resumed", async () => {
    const whole = join(folder, "whole");
    await runFit({ epochs: 4, callbacks: [make(whole)] });
    const path = join(folder, "cut");
    await writeFile(path, "of an earlier run\n");
    const stop = lambdaCallback({
      onEpochEnd: (_logs, context) => {
        if (context.epoch === 1) context.stop("enough");
      },
    });
    const { net, history } = await runFit({ epochs: 4, callbacks: [make(path), stop] });
    // What the run wrote after its checkpoint, before it was killed.
    await writeFile(path, "beyond\n", { flag: "a" });
    await runFit({ net, epochs: 4, resume: history.position, callbacks: [make(path)] });
    expect(await readFile(path, "utf8")).toBe(await readFile(whole, "utf8"));
  });

  it("is the only one to write its file", async () => {
    const path = join(folder, "log");
    const twice = [make(path), make(path)];
    await expect(runFit({ callbacks: twice })).rejects.toThrow(
      `Cannot write ${path}: this very process (${process.pid}) has it open already. Give each its own place`,
    );
    await runFit({ callbacks: [make(path)] });
    expect(await readdir(folder)).toEqual(["log"]);
  });

  it.skipIf(process.platform === "win32")("writes into what is no file without holding it", async () => {
    await runFit({ callbacks: [make("/dev/null"), make("/dev/null")] });
  });

  it("says that the file cannot be written", async () => {
    const path = join(folder, "none", "log");
    await expect(runFit({ callbacks: [make(path)] })).rejects.toThrow(
      `Cannot write ${path}: there is no folder`,
    );
  });
});
