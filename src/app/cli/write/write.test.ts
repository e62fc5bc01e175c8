import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listRuns, readRun } from "../../../io/runs/index.js";
import { commands } from "../commands.js";
import { programName } from "../shell/programName.js";
import { runCli, type Said } from "../testing/runCli.js";

const song = "so be cheery, my lads! let your hearts never fail.\n".repeat(40);
const tiny = ["--units", "8", "--length", "10", "--step", "1", "--batch", "64", "--held-out", "0.1"];

let folder: string;
let text: string;
let model: string;
const at = (name: string): string => join(folder, name);

const imago = (...args: string[]): Promise<Said> => runCli(args, commands);

/** The files of a saved model, byte for byte. */
async function bytesOf(path: string): Promise<Record<string, string>> {
  const names = ["model.json", "text.json", "training.safetensors", "weights.safetensors"];
  const all = await Promise.all(names.map((name) => readFile(join(path, name), "latin1")));
  return Object.fromEntries(names.map((name, index) => [name, all[index] as string]));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago write "));
  text = at("song.txt");
  model = at("model");
  await writeFile(text, song);
  const { code, err } = await imago("write", "train", text, "--out", model, "--epochs", "2", ...tiny);
  expect({ code, err }).toEqual({ code: 0, err: "" });
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("imago write train --resume", () => {
  it("begins anew where nothing was saved yet, so that a loop needs no conditions", async () => {
    const anew = at("anew");
    const run = (epochs: string): Promise<Said> =>
      imago("write", "train", text, "--out", anew, "--resume", "--epochs", epochs, ...tiny);
    const first = await run("1");
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toContain(`Nothing was saved in ${anew} yet: beginning anew.`);
    expect((await run("2")).out).toContain("Going on with epoch 2");
    // A first save that came to no end, as a power cut leaves it.
    const cut = at("cut");
    await mkdir(join(cut, ".next"), { recursive: true });
    await writeFile(join(cut, ".next", "weights.safetensors"), "half");
    const plain = await imago("write", "train", text, "--out", cut, "--epochs", "1", ...tiny);
    expect(plain).toMatchObject({ code: 0, err: "" });
    await mkdir(at("foreign"));
    await writeFile(at("foreign/mine.txt"), "");
    const refused = await imago("write", "train", text, "--out", at("foreign"), "--resume", ...tiny);
    expect(refused.err).toContain("is not empty: it holds mine.txt");
  }, 60_000);
});

describe("imago write train --tune", () => {
  const tuned = (...args: string[]): Promise<Said> =>
    imago("write", "train", text, "--out", at("tuned"), "--tune", "--epochs", "2", ...tiny, ...args);

  it("searches what is not given, and leaves the best network as if it had been trained alone", async () => {
    const { code, out, err } = await tuned("--layers", "1", "--dropout", "0", "--trials", "3");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Searching until 3 trials to minimize");
    expect(out).toMatch(/Best of 3: \d\.\d{4} nats for a token on the held-out text/);
    expect(out).toMatch(/learningRate [\d.]+\n/);
    expect((await imago("write", "sample", at("tuned"), "--characters", "20")).code).toBe(0);
    const more = await imago("write", "train", text, "--out", at("tuned"), "--resume", "--epochs", "3");
    expect(more.out).toContain("Epoch 3/3");
    const again = await tuned("--layers", "1", "--dropout", "0", "--trials", "4");
    expect(again.out).toContain("3 trials: ");
    expect(again.out).toContain("Best of 4");
  }, 60_000);

  it("refuses what does not go together", async () => {
    expect((await tuned("--layers", "2", "--dropout", "0")).err).toContain("is a search of another text");
    expect((await tuned("--resume")).err).toContain("a search goes on by --tune alone");
    const stray = await imago("write", "train", text, "--out", at("stray"), "--trials", "3");
    expect(stray.err).toContain("--trials is for --tune.");
  });
});

describe("imago write train", () => {
  it("shows each epoch with samples, in plain lines, and says what to do next", async () => {
    const { code, out, err } = await imago(
      "write",
      "train",
      text,
      "--out",
      at("shown"),
      "--epochs",
      "2",
      ...tiny,
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("song.txt: 2,040 bytes, 23 different characters");
    expect(out).toContain("LSTM 8,");
    expect(out.match(/Epoch [12]\/2/g)).toHaveLength(2);
    expect(out.match(/- loss: \d\.\d{4}/g)?.length).toBeGreaterThanOrEqual(2);
    expect(
      out.match(/Held-out text: loss [\d.]+, [\d.]+ bits per character, perplexity [\d.]+/g),
    ).toHaveLength(2);
    for (const temperature of ["0.2", "0.5", "1"]) {
      expect(out.split(`Written after it at temperature ${temperature}\n`)).toHaveLength(3);
    }
    expect(out).toContain(`Write with it: ${programName()} write sample '${at("shown")}'`);
    expect(out).not.toContain("\r");
    expect(out).not.toContain("\x1b");
  });

  it("gives the same bytes for the same seed", async () => {
    await imago("write", "train", text, "--out", at("same"), "--epochs", "2", ...tiny);
    expect(await bytesOf(at("same"))).toEqual(await bytesOf(model));
    await imago("write", "train", text, "--out", at("other"), "--epochs", "2", "--seed", "1", ...tiny);
    expect(await bytesOf(at("other"))).not.toEqual(await bytesOf(model));
  });

  it.each(["window", "dense"])(
    "in %s mode resumes to the same bytes as a run without a break",
    async (mode) => {
      const options = [
        ...tiny.filter((_, index) => mode === "window" || (index !== 4 && index !== 5)),
        "--mode",
        mode,
      ];
      const small = mode === "dense" ? [...options, "--batch", "16", "--dropout", "0.2"] : options;
      const whole = at(`whole-${mode}`);
      const parts = at(`parts-${mode}`);
      expect(await imago("write", "train", text, "--out", whole, "--epochs", "3", ...small)).toMatchObject({
        err: "",
      });
      await imago("write", "train", text, "--out", parts, "--epochs", "1", ...small);
      const { code, out } = await imago("write", "train", text, "--out", parts, "--resume", "--epochs", "3");
      expect(code).toBe(0);
      expect(out).toContain("Going on with epoch 2, after 0 of its");
      expect(await bytesOf(parts)).toEqual(await bytesOf(whole));
    },
    120_000,
  );

  it("records figures and samples as a run, in which a resumed one goes on", async () => {
    const args = ["write", "train", text, "--out", at("tracked"), "--track", at("runs")];
    expect(await imago(...args, "--epochs", "1", ...tiny)).toMatchObject({ code: 0, err: "" });
    expect(await imago(...args, "--epochs", "2", "--resume")).toMatchObject({ code: 0, err: "" });
    const [run, ...others] = await listRuns({ dir: at("runs") });
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      ...{ name: "tracked", state: "finished", parts: 2, epochs: 2, seed: 0, model: at("tracked") },
      options: { text: "song.txt", units: 8, batchSize: 64 },
      data: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    const { curves, texts } = await readRun(run?.id as string, { dir: at("runs") });
    expect(curves.val_loss?.steps).toEqual(curves.loss?.steps);
    expect(curves.val_bitsPerCharacter?.values).toHaveLength(2);
    expect(texts).toHaveLength(6);
    expect(await bytesOf(at("tracked")).then((bytes) => bytes["weights.safetensors"])).toBe(
      (await bytesOf(model))["weights.safetensors"],
    );
  });

  it("stops after the minutes it was given, saved, with how to go on", async () => {
    const args = ["write", "train", text, "--out", at("timed"), "--epochs", "100000", "--minutes", "0.01"];
    const { code, out } = await imago(...args, ...tiny);
    expect(code).toBe(0);
    expect(out).toContain(
      `Go on with: ${programName()} write train '${text}' --out '${at("timed")}' --resume`,
    );
    const again = await imago("write", "train", text, "--out", at("timed"), "--resume", "--minutes", "0.01");
    expect(again).toMatchObject({ code: 0, err: "" });
  });

  it("has nothing to do when all epochs are done", async () => {
    const { code, out } = await imago("write", "train", text, "--out", model, "--resume");
    expect(code).toBe(0);
    expect(out).toContain("has learnt 2 epochs already. For more:");
  });

  it("learns words and capitals", async () => {
    const options = [
      "--words",
      "--keep-case",
      "--embedding",
      "4",
      "--cell",
      "gru",
      "--layers",
      "2",
      "--epochs",
      "1",
    ];
    const { code, err, out } = await imago("write", "train", text, "--out", at("words"), ...tiny, ...options);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("2 × GRU 8");
    expect(out).toContain("bits per word");
    const sample = await imago("write", "sample", at("words"), "--prompt", "be cheery", "--characters", "33");
    expect(sample.out).toHaveLength(34);
  });
});

describe("imago write train refuses", () => {
  it.each([
    [["--epochs", "0"], '--epochs must be a whole number from 1 to 1000000, received "0".'],
    [["--epochs", "many"], "--epochs must be a whole number"],
    [["--epochs", ""], "--epochs must be a whole number"],
    [["--minutes", "-1"], "--minutes must be a number above 0"],
    [["--units", "1.5"], "--units must be a whole number from 1 to 8192"],
    [["--units", "1e9"], "--units must be a whole number from 1 to 8192"],
    [["--layers", "17"], "--layers must be"],
    [["--length", "NaN"], "--length must be"],
    [["--step", "-3"], "--step must be"],
    [["--cell", "lstmm"], '--cell must be lstm, gru or rnn, received "lstmm".'],
    [["--mode", "deep"], '--mode must be window or dense, received "deep".'],
    [["--mode", "dense", "--step", "2"], "--step is for windows"],
    [["--batch", "0"], "--batch must be"],
    [["--learning-rate", "0"], "--learning-rate must be a number above 0"],
    [["--dropout", "1"], "--dropout must be a number from 0 to below 1"],
    [["--held-out", "2"], "--held-out must be"],
    [["--embedding", "x"], "--embedding must be"],
    [["--seed", "0x10"], "--seed must be"],
    [["--unit", "3"], "unknown option '--unit' (Did you mean --units?)"],
  ])("%j with 2", async (flags, message) => {
    const { code, err, out } = await imago("write", "train", text, "--out", at("never"), ...flags);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  const corpora: Record<string, [data: string | Uint8Array, message: string]> = {
    empty: ["", "the file is empty"],
    binary: [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1), "there is a zero byte at offset 4"],
    latin1: [Uint8Array.of(0x47, 0x72, 0xfc, 0x6e), "the byte 0xfc at offset 2 is not valid UTF-8"],
    short: ["Call me Ishmael.", "too few for one window of 60"],
    same: ["aaaaaaaaaa", "the text has 1 different character"],
  };
  it.each(Object.entries(corpora))("a corpus that is %s with 1", async (name, [data, message]) => {
    await writeFile(at(`${name}.txt`), data);
    const { code, err } = await imago("write", "train", at(`${name}.txt`), "--out", at("never"));
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(await readdir(folder)).not.toContain("never");
  });

  it("files and folders that cannot be used, with 1", async () => {
    const refused = async (args: string[], message: string): Promise<void> => {
      const { code, err } = await imago("write", "train", ...args);
      expect(err).toContain(message);
      expect(err.trim().split("\n")).toHaveLength(1);
      expect(code).toBe(1);
    };
    await mkdir(at("full"), { recursive: true });
    await writeFile(join(at("full"), "letter.doc"), "");
    await refused([at("none.txt"), "--out", at("never")], "there is no such file");
    await refused([folder, "--out", at("never")], "it is a folder");
    await refused([text, "--out", at("full")], "is not empty: it holds letter.doc");
    await refused([text, "--out", text], "is a file. Name a folder.");
    await refused([text, "--out", join(text, "below"), ...tiny], "is a file");
    await refused([text, "--out", model], "holds a model already. Go on with it by --resume");
    await refused([text, "--out", at("full"), "--resume"], "is not empty: it holds letter.doc");
  });

  it("a folder whose first save was written whole and not yet moved, with how to go on", async () => {
    await cp(model, join(at("whole"), ".next"), { recursive: true });
    const { code, err } = await imago("write", "train", text, "--out", at("whole"), ...tiny);
    expect(code).toBe(1);
    expect(err).toContain("holds a model already. Go on with it by --resume");
    const again = await imago("write", "train", text, "--out", at("whole"), "--resume", "--epochs", "3");
    expect(again).toMatchObject({ code: 0, err: "" });
  });

  it("a folder in which another run saves, before it begins", async () => {
    for (const folder of [model, at("taken")]) {
      await mkdir(folder, { recursive: true });
      const holder = { pid: process.ppid, start: undefined, host: "h", beats: true, token: "t", at: "noon" };
      await writeFile(join(folder, ".lock"), JSON.stringify(holder));
      const { code, err, out } = await imago("write", "train", text, "--out", folder, "--resume", ...tiny);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain(
        `Cannot write ${folder}: process ${process.ppid} on h has had it open since noon.`,
      );
      await rm(join(folder, ".lock"));
    }
  });

  it("to go on with another text or other options", async () => {
    await writeFile(at("other.txt"), song.toUpperCase());
    const other = await imago("write", "train", at("other.txt"), "--out", model, "--resume", "--epochs", "3");
    expect(other).toMatchObject({ code: 1 });
    expect(other.err).toContain(
      "is not the text that the model was begun with: that was song.txt (2040 bytes",
    );
    const options = await imago("write", "train", text, "--out", model, "--resume", "--units", "16");
    expect(options).toMatchObject({ code: 2 });
    expect(options.err).toContain("--units differs from what the model was begun with (8).");
  });
});

describe("imago write sample", () => {
  it("writes as much as it was asked for, the same for the same seed", async () => {
    const sample = (...args: string[]) => imago("write", "sample", model, "--prompt", "So be", ...args);
    const { code, out, err } = await sample("--characters", "50");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^[\s\S]{50}\n$/);
    expect((await sample("--characters", "50")).out).toBe(out);
    expect((await sample("--characters", "50", "--seed", "5")).out).not.toBe(out);
    expect((await sample("--greedy")).out).toHaveLength(401);
    expect((await sample("--characters", "0")).out).toBe("\n");
    const narrow = await sample("--top-k", "1", "--temperature", "3");
    expect(narrow.out).toBe((await sample("--greedy")).out);
    expect((await sample("--top-p", "0.000001")).out).toBe(narrow.out);
  });

  it.each([
    [["--characters", "-1"], "--characters must be a whole number from 0"],
    [["--temperature", "0"], "--temperature must be a number above 0"],
    [["--temperature", "hot"], "--temperature must be a number above 0"],
    [["--top-k", "0"], "--top-k must be a whole number from 1"],
    [["--top-p", "1.5"], "--top-p must be a number above 0 and up to 1"],
    [["--seed", "-1"], "--seed must be a whole number from 0"],
    [["--greedy", "--top-k", "3"], "--greedy takes the most likely token"],
  ])("refuses %j with 2", async (flags, message) => {
    const { code, err, out } = await imago("write", "sample", model, ...flags);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("names the characters that the model has not learnt, or leaves them out", async () => {
    const { code, err } = await imago("write", "sample", model, "--prompt", "Queequeg’s été");
    expect(code).toBe(1);
    expect(err).toBe(
      'imago: --prompt: the characters "q" (U+0071) at position 0, "g" (U+0067) at position 7, "’" (U+2019) at position 8, "é" (U+00E9) at position 11 ' +
        'are not in the model\'s vocabulary of 23 characters. It has "e" for "é". ' +
        "Add --skip-unknown to leave such characters out.\n",
    );
    const skipped = await imago("write", "sample", model, "--prompt", "Queequeg’s", "--skip-unknown");
    const plain = await imago("write", "sample", model, "--prompt", "ueeues");
    expect(skipped).toEqual(plain);
    expect(skipped.code).toBe(0);
  });

  it("shows what it would write where the time is over within an epoch", async () => {
    const args = ["write", "train", text, "--out", at("short"), "--epochs", "100000", "--minutes", "0.0001"];
    const { code, out } = await imago(...args, ...tiny);
    expect(code).toBe(0);
    expect(out).toMatch(/Stopped: timeLimit: .*\nHeld-out text: loss /);
    expect(out.split("Written after it at temperature")).toHaveLength(4);
  });

  it("keeps the goal of a run of which a part is done", async () => {
    const part = at("goal");
    await imago("write", "train", text, "--out", part, "--epochs", "3", "--minutes", "0.0001", ...tiny);
    const one = await imago("write", "train", text, "--out", part, "--resume", "--epochs", "1");
    expect(one.out).toContain("--resume\n");
    const rest = await imago("write", "train", text, "--out", part, "--resume");
    expect(rest.out).toContain("Epoch 3/3");
    const over = await imago("write", "train", text, "--out", part, "--resume", "--epochs", "1");
    expect(over.out).toContain("has learnt 3 epochs already. For more: ");
    expect(over.out).toContain("--epochs 6");
  });

  it("refuses folders without a model, and damaged ones", async () => {
    expect(await imago("write", "sample", at("nowhere"))).toMatchObject({ code: 1 });
    expect((await imago("write", "sample", folder)).err).toContain("holds no text model");
    const damaged = at("damaged");
    for (const [file, message] of [
      ["text.json", "was altered"],
      ["weights.safetensors", "was altered"],
    ] as const) {
      await rm(damaged, { recursive: true, force: true });
      await cp(model, damaged, { recursive: true });
      await rm(join(damaged, "previous"), { recursive: true, force: true });
      const bytes = await readFile(join(damaged, file));
      // A letter of the vocabulary, or a byte of a weight.
      const place = file === "text.json" ? bytes.indexOf('"b"') + 1 : bytes.length - 5;
      bytes[place] = (bytes[place] as number) ^ 1;
      await writeFile(join(damaged, file), bytes);
      const { code, err } = await imago("write", "sample", damaged);
      expect(err).toContain(message);
      expect(err.trim().split("\n")).toHaveLength(1);
      expect(code).toBe(1);
    }
    await writeFile(join(damaged, "text.json"), "{");
    expect((await imago("write", "sample", damaged)).err).toContain("text.json is truncated: it has 1 of ");
  });
});

describe.skipIf(process.platform === "win32")("as a process", () => {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  /** Runs the program; `act` sees the output as it comes. */
  const spawned = (args: string[], act: (out: string, kill: (signal: NodeJS.Signals) => void) => void) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", main, "write", ...args], {
        cwd: import.meta.dirname,
        env: { ...process.env, NO_COLOR: "1" },
      });
      let out = "";
      let err = "";
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        out += part;
        act(out, (signal) => child.kill(signal));
      });
      child.stderr.setEncoding("utf8").on("data", (part: string) => {
        err += part;
      });
      child.on("close", (code) => resolve({ code, out, err }));
    });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "saves on %s, says how to resume, and ends as without it",
    async (signal) => {
      const parts = at(`parts-${signal}`);
      const args = ["train", text, "--out", parts, "--epochs", "6", ...tiny];
      let sent = false;
      const { code, out, err } = await spawned(args, (seen, kill) => {
        if (!sent && seen.includes("Epoch 2/")) kill(signal);
        sent ||= seen.includes("Epoch 2/");
      });
      expect({ code, err }).toEqual({ code: 1, err: "" });
      expect(out).toContain("Stopped: interrupted");
      expect(out).toContain(`Go on with: ${programName()} write train '${text}' --out '${parts}' --resume`);
      await imago("write", "train", text, "--out", parts, "--resume", "--epochs", "6");
      const whole = at(`whole-${signal}`);
      await imago("write", "train", text, "--out", whole, "--epochs", "6", ...tiny);
      expect(await bytesOf(parts)).toEqual(await bytesOf(whole));
    },
    120_000,
  );

  it("writes plain text into a pipe", async () => {
    const { code, out, err } = await spawned(["sample", model, "--characters", "30"], () => {});
    expect({ code, err, length: out.length }).toEqual({ code: 0, err: "", length: 31 });
  });
});
