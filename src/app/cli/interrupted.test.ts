import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readImage } from "../../io/images/readImage.js";
import { writeImage } from "../../io/images/writeImage.js";
import { loadStudent } from "../../labs/classify/distill/files/distillFolder.js";
import { loadClassifier } from "../../labs/classify/files/classifierFolder.js";
import { drawnData, drawnFolder } from "../../labs/classify/testing/drawn.js";
import { trainClassifier } from "../../labs/classify/training/trainClassifier.js";
import { loadText } from "../../labs/sequence/text/files/textFolder.js";
import { tinyImage, tinyModel } from "../../vision/testing/tinyNetwork.js";
import { commands } from "./commands.js";
import { runCli } from "./testing/runCli.js";

let folder: string;
let address: string;
const at = (name: string): string => join(folder, name);
const half = Buffer.alloc(5000, 1);
/** Sends half of a model, and no more. */
const server = createServer((_, response) => {
  response.writeHead(200, {
    "content-length": 10_000,
    "repr-digest": `sha-256=:${Buffer.alloc(32).toString("base64")}:`,
  });
  response.write(half);
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("tiny.onnx"), tinyModel());
  await writeImage(at("in.png"), tinyImage(40, 40));
  await drawnFolder(at("pictures"), { each: 8, side: 16 });
  const { classifier } = await trainClassifier(drawnData({ each: 2 }), { epochs: 1, folder: at("teacher") });
  await classifier.dispose();
  await writeFile(at("text.txt"), "so be cheery, my lads! let your hearts never fail.\n".repeat(40));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/endless.onnx`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

const endless = "100000";
const previewed = (): readonly string[] => ["--preview", at("preview.png")];
const partial = (): string => at("imago-cache/endless.onnx.partial");
const network = () => ["--model", at("tiny.onnx"), "--preset", "keras"];
const picture = async (): Promise<void> => {
  expect((await readImage(at("out.png"))).shape).toHaveLength(3);
};
const styles = () => ["--content-layer", "second", "--style-layer", "first", ...network()];
const text = async (): Promise<void> => {
  expect((await loadText(at("model"))).training).toBeDefined();
};

/** Work without an end, and what there must be of it after a signal. */
const long: readonly (readonly [name: string, args: () => readonly string[], kept: () => Promise<void>])[] = [
  ["dream", () => ["dream", at("in.png"), "--steps", endless, ...network(), ...previewed()], picture],
  [
    "dream with pictures of the way",
    () => ["dream", at("in.png"), "--steps", endless, "--every", "1000", ...network(), ...previewed()],
    picture,
  ],
  [
    "dream of several layers",
    () => ["dream", at("in.png"), "--sheet", "--steps", endless, ...network()],
    async () => {},
  ],
  [
    "dream with large tiles",
    () => ["dream", at("in.png"), "--size", "1500", "--tile", "128", "--steps", "3", ...network()],
    async () => {},
  ],
  [
    "style by Adam",
    () => [
      "style",
      at("in.png"),
      at("in.png"),
      "--iterations",
      endless,
      "--optimizer",
      "adam",
      ...styles(),
      ...previewed(),
    ],
    picture,
  ],
  [
    "style by L-BFGS",
    () => [
      "style",
      at("in.png"),
      at("in.png"),
      "--iterations",
      endless,
      "--optimizer",
      "lbfgs",
      ...styles(),
      ...previewed(),
    ],
    picture,
  ],
  [
    "style interpolate",
    () => {
      const images = [at("in.png"), at("in.png"), at("in.png")];
      return ["style", "interpolate", ...images, "--iterations", endless, ...styles()];
    },
    async () => {},
  ],
  [
    "filters channels",
    () => ["filters", "channels", "--layer", "second", "--size", "32", "--steps", endless, ...network()],
    picture,
  ],
  [
    "write train",
    () => {
      const small = ["--units", "8", "--length", "10", "--step", "3", "--epochs", endless];
      return ["write", "train", at("text.txt"), ...small];
    },
    text,
  ],
  [
    "classify train",
    () => ["classify", "train", at("pictures"), "--epochs", endless, "--patience", endless],
    async () => {
      const { classifier, training } = await loadClassifier(at("model"));
      expect(training).toBeDefined();
      await classifier.dispose();
    },
  ],
  [
    "distill",
    () => [
      ...["distill", at("teacher"), "--data", at("pictures")],
      ...["--epochs", endless, "--patience", endless],
    ],
    async () => {
      const { classifier, training } = await loadStudent(at("model"));
      expect(training).toBeDefined();
      await classifier.dispose();
    },
  ],
  ["demo", () => ["demo", "--seconds", "100000"], text],
  [
    "models pull",
    () => ["models", "pull", address],
    async () => {
      expect((await readFile(partial())).equals(half)).toBe(true);
    },
  ],
];

describe("work that takes long", () => {
  it.each(long)(
    "%s is saved where it is interrupted, and exits with 1",
    async (name, given, kept) => {
      vi.stubEnv("IMAGO_CACHE", at("imago-cache"));
      const isText = ["write train", "classify train", "distill", "demo"].includes(name);
      const out = name === "models pull" ? [] : ["--out", at(isText ? "model" : "out.png")];
      const args = [...given(), ...out];
      for (const file of ["model", "preview.png", "out.png"])
        await rm(at(file), { recursive: true, force: true });
      const sign = args.includes("--preview")
        ? at("preview.png")
        : name === "models pull"
          ? partial()
          : name === "classify train" || name === "distill"
            ? at("model/classifier.json")
            : folder;
      // Again and again: it may not listen yet.
      const later = setInterval(() => {
        if (existsSync(sign) && process.listenerCount("SIGTERM") > 0) process.emit("SIGTERM");
      }, 100);
      try {
        const said = await runCli(args, commands);
        expect(said.err + said.out).toMatch(/Interrupted|Go on with/);
        expect(said.code).toBe(1);
        await kept();
      } finally {
        clearInterval(later);
      }
    },
    30_000,
  );
});
