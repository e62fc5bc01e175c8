import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadClassifier } from "../../../labs/classify/files/classifierFolder.js";
import { drawnFolder, foreignClassifier } from "../../../labs/classify/testing/drawn.js";
import { commands } from "../commands.js";
import { runCli } from "../testing/runCli.js";

let folder: string;
const at = (name: string): string => join(folder, name);
const train = (out: string, ...flags: readonly string[]) =>
  runCli(["classify", "train", at("drawn"), "--out", at(out), ...flags], commands);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  vi.stubEnv("IMAGO_CACHE", at("models"));
  await drawnFolder(at("drawn"), { each: 12, side: 16 });
  await writeFile(at("other.onnx"), foreignClassifier());
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe("imago classify train --tune", () => {
  const search = ["--tune", "--trials", "3", "--epochs", "4", "--batch", "8"];

  it("searches, says what it found, and learns in full with it", async () => {
    const { code, out, err } = await train("best", ...search);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Each trial learns for 3 epochs at most, and what is found for all.\n");
    expect(out).toMatch(/Searching until 3 trials to minimize, by \S+, pruned by asha, in \S+best-search\./);
    expect(out).toMatch(
      /Best of 3: [\d.]+, the loss on the validation pictures \(chosen by it, so a little too good\)/,
    );
    const [, rate, augment] = /Learning in full with --learning-rate (\S+) --augment (\w+)\n/.exec(out) ?? [];
    expect(out).toMatch(/Learning [\d,]+ weights: at most 4 epochs of batches of 8/);
    expect(out).toContain("Epoch 4/4");
    const { classifier, record } = await loadClassifier(at("best"));
    expect(record?.plan).toMatchObject({ batchSize: 8, epochs: 4, augment });
    expect(record?.plan.learningRate).toBeCloseTo(Number(rate), 5);
    await classifier.dispose();
    const again = await train("best", ...search);
    expect(again).toMatchObject({ code: 0, err: "" });
    expect(again.out).not.toContain("Epoch");
    // It is a training as any other.
    const { code: resumed } = await train("best", "--epochs", "4", "--batch", "8", "--resume");
    expect(resumed).toBe(0);
    const other = await train("best", ...search, "--seed", "4");
    expect(other.err).toContain("best-search is a search of other pictures, or with other options, than");
  }, 120_000);

  it("is kept where it is interrupted, and goes on by the line that it said", async () => {
    const stop = setInterval(() => {
      if (existsSync(join(at("cut-search"), "journal.jsonl"))) process.emit("SIGTERM");
    }, 20);
    const first = await train("cut", ...search);
    clearInterval(stop);
    expect(first).toMatchObject({ code: 1, err: "" });
    expect(first.out).toContain("The search was interrupted; everything is kept. Go on with: ");
    const line = /Go on with: (?:npx )?imago (.*)\n/.exec(first.out)?.[1] ?? "";
    expect(line).toMatch(/--tune --trials 3/);
    expect(line).not.toContain("--resume");
    expect(await readdir(at("cut"))).not.toContain("classifier.json");
    const second = await runCli(line.split(" "), commands);
    expect(second).toMatchObject({ code: 0, err: "" });
    expect(second.out).toContain("Learning in full with");
  }, 120_000);

  it.each<[string, readonly string[], string]>([
    ["trials without a search", ["--trials", "3"], "--trials is for --tune."],
    ["minutes without a search", ["--tune-minutes", "3"], "--tune-minutes is for --tune."],
    ["a search of a training that goes on", ["--tune", "--resume"], "--resume goes on with a training"],
    ["a search with the time of one training", ["--tune", "--minutes", "3"], "--minutes is of one training"],
    ["a search where nothing is left", ["--tune", "--freeze"], "--tune has nothing to search where --freeze"],
    [
      "a search of a frozen network",
      ["--tune", "--network", "other.onnx", "--preset", "caffe"],
      "--tune: a network of others that is frozen has nothing to search",
    ],
    [
      "a search where all is given",
      ["--tune", "--learning-rate", "0.01", "--batch", "8", "--augment", "none"],
      "Every option is given, so there is nothing to search.",
    ],
  ])("refuses %s", async (_, flags, message) => {
    const given = flags.map((flag) => (flag.endsWith(".onnx") ? at(flag) : flag));
    const { code, err } = await train("never", ...given);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(message);
    expect(await readdir(folder)).not.toContain("never");
  });
});
