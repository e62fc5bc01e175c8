import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { loadModel } from "../../../nn/files/loadModel.js";
import { weightsOf } from "../../../nn/models/serialize.js";
import { crossValidate } from "./crossValidate.js";
import type { MemberProgress } from "./options.js";
import { build, linear, stopping, x, y } from "./testing/networks.js";

const all = { x, y, epochs: 6, batchSize: 8, folds: 3, workers: 0 };
const networks = new URL("./testing/networks.ts", import.meta.url);

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});
const fresh = (): string => join(folder, `${count++}`);

/** Every file below a folder by its path, as text of its bytes. */
async function filesOf(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (file) => [
    file.slice(path.length + 1),
    (await readFile(file)).toString("hex"),
  ]);
  return Object.fromEntries((await Promise.all(read)).sort());
}

describe("crossValidate with a folder", () => {
  it("keeps each fold as a model, and computes none twice", async () => {
    const path = fresh();
    const first = await crossValidate({ ...all, build, folder: path });
    expect(Object.keys(await filesOf(path))).toEqual(
      [
        ...[1, 2, 3].flatMap((fold) =>
          ["heldOut.safetensors", "model.json", "weights.safetensors"].map((name) => `fold-${fold}/${name}`),
        ),
        "run.json",
      ].sort(),
    );
    const { model } = await loadModel(join(path, "fold-2"));
    expect(weightsOf(model)).toEqual(weightsOf(first.members[1] as never));
    const told: MemberProgress[] = [];
    const again = await crossValidate({ ...all, build, folder: path, onFold: (fold) => told.push(fold) });
    expect(told.map(({ kept }) => kept)).toEqual([true, true, true]);
    expect(again.predictions).toEqual(first.predictions);
    expect(again.figures).toEqual(first.figures);
    expect(again.folds.map(({ history }) => history)).toEqual(first.folds.map(({ history }) => history));
    expect(again.members.map(weightsOf)).toEqual(first.members.map(weightsOf));
  });

  it("refuses the folder of another run, and says what differs", async () => {
    const path = fresh();
    await crossValidate({ ...all, build, folder: path, epochs: 1 });
    const refused = (options: object): Promise<unknown> =>
      crossValidate({ ...all, build, folder: path, epochs: 1, ...options });
    const other = x.map(([a = 0, b = 0], row) => [row === 7 ? a + 1 : a, b]);
    await expect(refused({ x: other })).rejects.toThrow(
      `crossValidate: ${path} holds another run, with other x. ` +
        "Go on with what it was begun with, or give another folder.",
    );
    await expect(refused({ epochs: 2, batchSize: 4 })).rejects.toThrow("with other epochs and batchSize.");
    await expect(refused({ folds: 4 })).rejects.toThrow("with other rows of the members.");
    await expect(refused({ seed: 1 })).rejects.toThrow(
      "with other rows of the members, first weights and seed.",
    );
    await expect(refused({ sampleWeight: x.map(() => 2) })).rejects.toThrow("with other sample weights.");
    await expect(refused({ build: linear })).rejects.toThrow("with other network and first weights.");
    // What changes no number may differ.
    await refused({ timeLimit: 60_000, checkpointEpochs: 3 });
  });

  it("goes on inside a fold after the signal aborted, and ends with the same bytes", async () => {
    const [whole, stopped] = [fresh(), fresh()];
    await crossValidate({ ...all, build, folder: whole });
    const controller = new AbortController();
    const onEpoch = ({ member, epoch }: { member: number; epoch: number }): void => {
      if (member === 1 && epoch === 3) controller.abort(new Error("enough"));
    };
    await expect(
      crossValidate({ ...all, build, folder: stopped, signal: controller.signal, onEpoch }),
    ).rejects.toThrow("enough");
    const epochs: number[] = [];
    const { folds } = await crossValidate({
      ...all,
      build,
      folder: stopped,
      onEpoch: ({ member, epoch }) => {
        if (member === 1) epochs.push(epoch);
      },
    });
    expect(epochs[0]).toBeGreaterThan(2);
    expect(folds[1]?.history?.loss?.length).toBe(6);
    expect(await filesOf(stopped)).toEqual(await filesOf(whole));
  });

  it("goes on after a worker was killed, and ends with the same bytes", { timeout: 120_000 }, async () => {
    const [whole, killed] = [fresh(), fresh()];
    vi.stubEnv("IMAGO_TEST_FILE", fileURLToPath(networks));
    const module = { path: networks, export: "killed" };
    await crossValidate({ ...all, module, folder: whole });
    vi.stubEnv("IMAGO_TEST_FILE", join(folder, "killed"));
    const { failures } = await crossValidate({ ...all, module, folder: killed, workers: 1 });
    expect(failures).toEqual([
      {
        fold: 1,
        reason:
          'workers: task "train" came to no end: its process was ended by SIGKILL. If memory ran out, use fewer workers.',
      },
    ]);
    const told: unknown[] = [];
    const again = await crossValidate({
      ...all,
      module,
      folder: killed,
      workers: 1,
      onFold: ({ member, kept }) => told.push([member, kept]),
    });
    expect(again.failures).toEqual([]);
    expect(told.sort()).toEqual([
      [0, true],
      [1, false],
      [2, true],
    ]);
    expect(await filesOf(killed)).toEqual(await filesOf(whole));
  });

  it("does not go on behind the end that a callback gave", async () => {
    const [whole, stopped] = [fresh(), fresh()];
    const finished = await crossValidate({ ...all, epochs: 100, build: stopping, folder: whole });
    const length = finished.folds[0]?.history?.loss?.length as number;
    expect(length).toBeLessThan(100);
    const controller = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      // In the last epoch, whose end is saved before anybody looks at the signal.
      if (epoch === length - 1) controller.abort(new Error("enough"));
    };
    await expect(
      crossValidate({
        ...all,
        epochs: 100,
        build: stopping,
        folder: stopped,
        signal: controller.signal,
        onEpoch,
      }),
    ).rejects.toThrow("enough");
    expect(await readdir(stopped)).toContain("fold-1.training");
    await crossValidate({ ...all, epochs: 100, build: stopping, folder: stopped });
    expect(await filesOf(stopped)).toEqual(await filesOf(whole));
  });

  it("ends with the same bytes after the whole was killed", { timeout: 120_000 }, async () => {
    const [whole, killed] = [fresh(), fresh()];
    await crossValidate({ ...all, build, folder: whole });
    expect(await runChild(killed, 9)).toBe(false);
    expect(await runChild(killed, Number.POSITIVE_INFINITY)).toBe(true);
    expect(await filesOf(killed)).toEqual(await filesOf(whole));
  });
});

/**
 * Cross-validates in a process of its own, with a worker, and kills it after so many epochs.
 *
 * @returns whether it came to its end
 */
function runChild(path: string, after: number): Promise<boolean> {
  const script = fileURLToPath(new URL("./testing/child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, path, "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > after) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(output.endsWith("done\n")));
  });
}
