/** The commands that scripts/kill-commands.ts kills, and what must hold after each kill. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { trainClassifier } from "../src/classify.js";
import { writeImage } from "../src/images.js";
import { loadModel } from "../src/index.js";
import { readImage } from "../src/io/images/readImage.js";
import { loadClassifier } from "../src/labs/classify/files/classifierFolder.js";
import { drawnData, drawnFolder, foreignClassifier } from "../src/labs/classify/testing/drawn.js";
import { loadSequence, loadText } from "../src/sequence.js";
import { tinyImage, tinyModel } from "../src/vision/testing/tinyNetwork.js";

/** How a process ended, and what it had said. */
export interface Ended {
  readonly output: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What was sent to it, if anything was. */
  readonly sent: NodeJS.Signals | undefined;
}

/** A command that is killed again and again. */
export interface Subject {
  readonly name: string;
  /** What it is given: the program's arguments, or a script's of our own. */
  readonly start: (folder: string) => { readonly args: readonly string[]; readonly script?: string };
  /** Makes the files that it works on, in an empty folder. */
  readonly prepare: (folder: string) => Promise<void>;
  /** What is wrong after it has ended somehow. */
  readonly check: (folder: string, ended: Ended) => Promise<string[]>;
  /** The files that must be the same as of a run that was left alone, as a pattern of their paths below the folder. */
  readonly results: RegExp;
  /** Variables of its environment. */
  readonly env?: (folder: string) => Record<string, string>;
}

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

/** All files below a folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

/** More files than a run may leave: of a model three sets at most, the last, the one before, and one that is being written. */
function crowd(folder: string, most: number): string[] {
  const files = filesBelow(folder);
  return files.length > most ? [`${files.length} files are there: ${files.join(", ")}`] : [];
}

/** A signal that can be caught ends in exit code 1 with a line, or, before the work began, as the system does it. */
function ending({ sent, code, signal, output }: Ended, line: RegExp): string[] {
  if (sent === undefined) return code === 0 ? [] : [`it ended with ${code ?? signal}: ${output.slice(-300)}`];
  if (sent === "SIGKILL" || signal !== null || code === 0) return [];
  return code === 1 && line.test(output) ? [] : [`${sent} ended it with ${code}: ${output.slice(-300)}`];
}

/** How many times a line was said. */
const count = (output: string, line: RegExp): number => output.match(line)?.length ?? 0;

const words =
  "So be cheery, my lads! Let your hearts never fail, while the bold harpooner is striking the whale. ";

const write: Subject = {
  name: "write train",
  prepare: async (folder) => writeFileSync(join(folder, "text.txt"), words.repeat(160)),
  start: (folder) => ({
    args: [
      ...["write", "train", join(folder, "text.txt"), "--out", join(folder, "model"), "--resume"],
      ...["--epochs", "4", "--units", "24", "--length", "20", "--seed", "3"],
    ],
  }),
  check: async (folder, ended) => {
    const wrong = [...ending(ended, /Saved to|interrupted/i), ...crowd(folder, 16)];
    const place = join(folder, "model");
    const said = count(ended.output, /^Held-out text/gm);
    const saved = existsSync(join(place, "model.json")) || existsSync(join(place, ".next", "model.json"));
    if (!saved) return said > 1 ? [...wrong, `${said} epochs were learnt, and nothing is saved`] : wrong;
    const { network, training, notice } = await loadText(place);
    await network.dispose();
    if (notice !== undefined) wrong.push(notice);
    const from = Number(/^Going on with epoch (\d+)/m.exec(ended.output)?.[1] ?? 1) - 1;
    // What an epoch ends with is printed just before it is saved.
    const least = from + Math.max(0, said - 1);
    if ((training?.epoch ?? 0) < least) wrong.push(`epoch ${training?.epoch} is saved, ${least} were learnt`);
    const went = /^Going on with epoch (\d+), after (\d+)/m.exec(ended.output);
    if (went !== null && training !== undefined && training.epoch === Number(went[1]) - 1) {
      if (training.step < Number(went[2])) wrong.push(`it went back to step ${training.step}`);
    }
    return wrong;
  },
  results: /^model\/[^/.]+\.(json|safetensors)$/,
};

const drinks = ["tea", "milk", "soup", "rum", "cocoa", "gin"];
const talks = drinks.flatMap((one) => drinks.map((other) => `U: a ${one}\nA: no ${other}`)).join("\n\n");

const writeItems: Subject = {
  name: "write train --as dialogue",
  prepare: async (folder) => writeFileSync(join(folder, "talks.txt"), talks),
  start: (folder) => ({
    args: [
      ...[
        "write",
        "train",
        join(folder, "talks.txt"),
        "--as",
        "dialogue",
        "--out",
        join(folder, "model"),
        "--resume",
      ],
      ...[
        "--units",
        "32",
        "--steps",
        "120",
        "--every",
        "30",
        "--batch",
        "6",
        "--samples",
        "4",
        "--seed",
        "3",
      ],
    ],
  }),
  check: async (folder, ended) => {
    const wrong = [...ending(ended, /Saved to|interrupted/i), ...crowd(folder, 19)];
    const place = join(folder, "model");
    const said = count(ended.output, /^Step \d+ of 120:/gm);
    const isSaved = [place, join(place, ".next")].some((at) => existsSync(join(at, "sequence.json")));
    if (!isSaved) return said > 1 ? [...wrong, `${said} reports were made, and nothing is saved`] : wrong;
    const { network, record, training, notice } = await loadSequence(place);
    await network.dispose();
    if (notice !== undefined) wrong.push(notice);
    const from = Number(/^Going on after step (\d+)/m.exec(ended.output)?.[1] ?? 0);
    // What a report says is printed just before it is saved.
    const least = Math.floor(from / 30) + Math.max(0, said - 1);
    if (!record.done && (training?.epoch ?? 0) < least)
      wrong.push(`step ${30 * (training?.epoch ?? 0)} is saved, ${30 * least} were learnt`);
    return wrong;
  },
  results: /^model\/[^/.]+\.(json|safetensors|txt)$/,
};

/** Makes a classifier and pictures. */
async function pictures(folder: string): Promise<void> {
  writeFileSync(join(folder, "tiny.onnx"), tinyModel());
  writeFileSync(join(folder, "tiny.preprocessing.json"), JSON.stringify({ preset: "keras" }));
  await writeImage(join(folder, "content.png"), tinyImage(96, 128, 1));
  await writeImage(join(folder, "style.png"), tinyImage(80, 80, 2));
}

/** Whether each picture is whole, and the result is there once it was said so. */
async function checkPictures(folder: string, ended: Ended): Promise<string[]> {
  const wrong = [...ending(ended, /Interrupted/), ...crowd(folder, 11)];
  const made = filesBelow(folder).filter((path) => /^(out|preview|frame)[^/]*\.png$/.test(path));
  for (const path of made) {
    await readImage(join(folder, path)).catch((error: Error) => wrong.push(error.message));
  }
  const isSaid = /Saved to|the picture so far is in|what there was is in/.test(ended.output);
  if (isSaid && !made.some((path) => /^(out|frame)/.test(path))) wrong.push("what was saved is not there");
  return wrong;
}

const dream: Subject = {
  name: "dream",
  prepare: pictures,
  start: (folder) => ({
    args: [
      ...["dream", join(folder, "content.png"), "--model", join(folder, "tiny.onnx"), "--layer", "second"],
      ...["--octaves", "3", "--steps", "40", "--seed", "5"],
      ...["--out", join(folder, "out.png"), "--preview", join(folder, "preview.png")],
    ],
  }),
  check: checkPictures,
  results: /^(out|preview)\.png$/,
};

const zoom: Subject = {
  name: "dream --zoom",
  prepare: pictures,
  start: (folder) => ({
    args: [
      ...["dream", join(folder, "content.png"), "--model", join(folder, "tiny.onnx"), "--layer", "second"],
      ...["--octaves", "2", "--steps", "12", "--zoom", "5", "--out", join(folder, "frame-%04d.png")],
    ],
  }),
  check: checkPictures,
  results: /^frame.*\.png$/,
};

const style: Subject = {
  name: "style",
  prepare: pictures,
  start: (folder) => ({
    args: [
      ...[
        "style",
        join(folder, "content.png"),
        join(folder, "style.png"),
        "--model",
        join(folder, "tiny.onnx"),
      ],
      ...["--content-layer", "second", "--style-layer", "first", "--iterations", "60"],
      ...["--out", join(folder, "out.png"), "--preview", join(folder, "preview.png")],
      ...["--losses", join(folder, "losses.csv")],
    ],
  }),
  check: checkPictures,
  results: /^(out|preview)\.png$|^losses\.csv$/,
};

/** A file that a server of ours sends, slowly, from where it is asked for. */
export class SlowServer {
  readonly bytes = Buffer.alloc(1_500_000, words);
  /** Where the answers began. */
  readonly from: number[] = [];
  readonly #server = createServer(async (request, response) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const digest = createHash("sha256").update(this.bytes).digest("base64");
    const isPart = from > 0;
    response.writeHead(isPart ? 206 : 200, {
      "content-length": this.bytes.length - from,
      "repr-digest": `sha-256=:${digest}:`,
      ...(isPart ? { "content-range": `bytes ${from}-${this.bytes.length - 1}/${this.bytes.length}` } : {}),
    });
    this.from.push(from);
    for (let at = from; at < this.bytes.length && !response.destroyed; at += 30_000) {
      response.write(this.bytes.subarray(at, at + 30_000));
      await pause(12);
    }
    response.end();
  });

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/net.onnx`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** @param address of the server's file */
function pull(server: SlowServer, address: string): Subject {
  const cache = (folder: string): string => join(folder, "cache");
  const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
  /** What was there after the last end. */
  const kept = new Map<string, number>();
  return {
    name: "models pull",
    prepare: async (folder) => {
      mkdirSync(cache(folder));
      kept.delete(folder);
    },
    start: () => ({ args: ["models", "pull", address] }),
    env: (folder) => ({ IMAGO_CACHE: cache(folder) }),
    check: async (folder, ended) => {
      const wrong = crowd(folder, 5);
      const path = join(cache(folder), "net.onnx");
      if (existsSync(path) && sha256(readFileSync(path)) !== sha256(server.bytes)) {
        wrong.push("half a file has the final name");
      }
      if (ended.sent === undefined && ended.code !== 0)
        wrong.push(`it ended with ${ended.code}: ${ended.output}`);
      const before = kept.get(folder) ?? 0;
      const begun = Math.max(0, ...server.from.splice(0));
      const now = sizeOf(`${path}.partial`);
      if (begun > 0 && begun < before) wrong.push(`it went on from ${begun}, and ${before} bytes were there`);
      if (now < before && !existsSync(path)) wrong.push(`${now} of the ${before} bytes are left`);
      if (ended.output.includes(path) && ended.code === 0 && !existsSync(path)) wrong.push("it is not there");
      kept.set(folder, now);
      return wrong;
    },
    results: /^cache\/net\.onnx$/,
  };
}

const fit: Subject = {
  name: "fit",
  prepare: async () => {},
  start: (folder) => ({
    script: fileURLToPath(new URL("killedFit.ts", import.meta.url)),
    args: [join(folder, "checkpoint"), join(folder, "result")],
  }),
  check: async (folder, ended) => {
    const wrong = crowd(folder, 16);
    if (ended.sent === undefined && ended.code !== 0)
      wrong.push(`it ended with ${ended.code}: ${ended.output}`);
    const said = [...ended.output.matchAll(/^saved (\d+) (\d+)$/gm)].at(-1);
    if (said === undefined) return wrong;
    const { model, training, notice } = await loadModel(join(folder, "checkpoint"));
    await model.dispose();
    if (notice !== undefined) wrong.push(notice);
    const [epoch, step] = [Number(said[1]), Number(said[2])];
    const { epoch: own = 0, step: ownStep = 0 } = training ?? {};
    if (own < epoch || (own === epoch && ownStep < step)) {
      wrong.push(`step ${step} of epoch ${epoch} was saved, and step ${ownStep} of ${own} is there`);
    }
    return wrong;
  },
  results: /^(checkpoint|result)\/[^/.]+\.(json|safetensors)$/,
};

/** Whether what a folder of a classifier holds can be loaded, and is as far as it was said to be. */
async function checkClassifier(folder: string, ended: Ended, most: number): Promise<string[]> {
  const wrong = [...ending(ended, /Saved to|Interrupted/), ...crowd(folder, most)];
  const place = join(folder, "model");
  const said = count(ended.output, /^Epoch +\d+\/\d+ /gm);
  const isSaved = [place, join(place, ".next")].some((at) => existsSync(join(at, "classifier.json")));
  if (!isSaved) return said > 1 ? [...wrong, `${said} epochs were learnt, and nothing is saved`] : wrong;
  const { classifier, record, training, notice } = await loadClassifier(place);
  await classifier.dispose();
  if (notice !== undefined) wrong.push(notice);
  const from = Number(/^Going on with epoch (\d+)/m.exec(ended.output)?.[1] ?? 1) - 1;
  // What an epoch ends with is printed just before it is saved.
  const least = from + Math.max(0, said - 1);
  const isOver = record === undefined || record.stage === "done";
  if (!isOver && (training?.epoch ?? 0) < least)
    wrong.push(`epoch ${training?.epoch} is saved, ${least} were learnt`);
  return wrong;
}

/** Pictures that `classify train` and `distill` work on. */
const drawnPictures = (folder: string): Promise<void> =>
  drawnFolder(join(folder, "pictures"), { each: 30, side: 16 });
/** Files of the pictures, and what a classifier's folder may hold beside them: its cache, three saves. */
const filesOfClassifier = 90 + 30;

const classify: Subject = {
  name: "classify train",
  prepare: drawnPictures,
  start: (folder) => ({
    args: [
      ...["classify", "train", join(folder, "pictures"), "--out", join(folder, "model"), "--resume"],
      ...["--epochs", "5", "--batch", "8", "--seed", "4"],
    ],
  }),
  check: (folder, ended) => checkClassifier(folder, ended, filesOfClassifier),
  results: /^model\/(model|classifier|weights)\.(json|safetensors)$/,
};

const transfer: Subject = {
  name: "classify train --fine-tune",
  prepare: async (folder) => {
    await drawnPictures(folder);
    writeFileSync(join(folder, "other.onnx"), foreignClassifier());
  },
  start: (folder) => ({
    args: [
      ...["classify", "train", join(folder, "pictures"), "--out", join(folder, "model"), "--resume"],
      ...["--network", join(folder, "other.onnx"), "--preset", "keras", "--fine-tune"],
      ...["--epochs", "3", "--batch", "8", "--seed", "4"],
    ],
  }),
  check: (folder, ended) => checkClassifier(folder, ended, filesOfClassifier + 10),
  results: /^model\/(model|classifier|weights)\.(json|safetensors)$/,
};

const distill: Subject = {
  name: "distill",
  prepare: async (folder) => {
    await drawnPictures(folder);
    const settings = { folder: join(folder, "teacher"), epochs: 1, batchSize: 8, augment: "none" } as const;
    await (await trainClassifier(drawnData({ each: 6 }), settings)).classifier.dispose();
  },
  start: (folder) => ({
    args: [
      ...["distill", join(folder, "teacher"), "--student", "small"],
      ...["--data", join(folder, "pictures"), "--out", join(folder, "model"), "--resume"],
      ...["--epochs", "3", "--batch", "8", "--seed", "4"],
    ],
  }),
  check: (folder, ended) => checkClassifier(folder, ended, filesOfClassifier + 10),
  results: /^model\/(model|classifier|weights)\.(json|safetensors)$/,
};

/** All of them. */
export function subjects(server: SlowServer, address: string): readonly Subject[] {
  return [write, writeItems, dream, zoom, style, pull(server, address), fit, classify, transfer, distill];
}
