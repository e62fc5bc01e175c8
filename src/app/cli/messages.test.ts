import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writeImage } from "../../io/images/writeImage.js";
import { drawnFolder, foreignClassifier } from "../../labs/classify/testing/drawn.js";
import { tinyImage, tinyModel } from "../../vision/testing/tinyNetwork.js";
import { commands } from "./commands.js";
import { runCli } from "./testing/runCli.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("tiny.onnx"), tinyModel());
  await writeFile(at("classifier.onnx"), foreignClassifier());
  await writeFile(at("empty"), "");
  await writeFile(at("bytes"), Uint8Array.of(0xff, 0, 1, 2, 3, 0x92, 200));
  await writeFile(at("text"), "so be cheery, my lads!\n".repeat(30));
  await writeImage(at("in.png"), tinyImage(40, 40));
  await writeImage(at("wide.png"), tinyImage(20, 60));
  const black = { width: 9000, height: 9000, channels: 3, background: "black" } as const;
  await sharp({ create: black, limitInputPixels: false }).png({ compressionLevel: 1 }).toFile(at("huge.png"));
  await mkdir(at("folder"));
  await drawnFolder(at("pictures"), { each: 3, side: 16 });
  vi.stubEnv("IMAGO_CACHE", at("cache"));
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Files that are nothing of what any flag is for. */
const wrong = ["missing", "folder", "empty", "bytes"];
const images = [...wrong, "huge.png", "text"];

const network = (): string[] => ["--model", at("tiny.onnx"), "--preset", "keras"];
const layers = ["--content-layer", "second", "--style-layer", "first", "--iterations", "1"];
type Call = (path: string) => readonly string[];

/** Each argument and flag that names a file to read, with calls that are right but for it. */
const files: Readonly<Record<string, readonly [call: Call, kinds: readonly string[]]>> = {
  "dream <image>": [(path) => ["dream", path, "--layer", "second", ...network()], images],
  "dream --guide": [
    (path) => ["dream", at("in.png"), "--guide", path, "--layer", "first", ...network()],
    images,
  ],
  "dream --mask": [
    (path) => ["dream", at("in.png"), "--mask", path, "--layer", "first", ...network()],
    [...images, "wide.png"],
  ],
  "dream --model": [(path) => ["dream", at("in.png"), "--model", path], [...wrong, "text"]],
  "style <content>": [(path) => ["style", path, at("in.png"), ...layers, ...network()], images],
  "style <styles>": [(path) => ["style", at("in.png"), path, ...layers, ...network()], images],
  "style --mask": [
    (path) => ["style", at("in.png"), at("in.png"), "--mask", path, ...layers, ...network()],
    [...images, "wide.png"],
  ],
  "style --init": [
    (path) => ["style", at("in.png"), at("in.png"), "--init", path, ...layers, ...network()],
    [...images, "wide.png"],
  ],
  "filters maps <image>": [(path) => ["filters", "maps", path, "--layer", "first", ...network()], images],
  "filters explain <image>": [(path) => ["filters", "explain", path, ...network()], images],
  "filters explain --labels": [
    (path) => ["filters", "explain", at("in.png"), "--labels", path, ...network()],
    wrong,
  ],
  "classify <images>": [
    (path) => ["classify", path, "--model", at("classifier.onnx"), "--preset", "keras"],
    [...wrong, "text"],
  ],
  "classify --model": [(path) => ["classify", at("in.png"), "--model", path], [...wrong, "text"]],
  "classify train <folder>": [(path) => ["classify", "train", path, "--out", at("new")], [...wrong, "text"]],
  "classify train --network": [
    (path) => ["classify", "train", at("pictures"), "--network", path, "--out", at("new")],
    [...wrong, "text"],
  ],
  "classify train --labels": [
    (path) => ["classify", "train", at("pictures"), "--labels", path, "--out", at("new")],
    wrong,
  ],
  "classify evaluate <folder>": [
    (path) => ["classify", "evaluate", at("classifier.onnx"), path, "--preset", "keras", "--out", at("new")],
    [...wrong, "text"],
  ],
  "classify export <dir>": [
    (path) => ["classify", "export", path, "--out", at("new.onnx")],
    [...wrong, "text"],
  ],
  "distill <teachers>": [
    (path) => ["distill", path, "--data", at("pictures"), "--out", at("new")],
    [...wrong, "text"],
  ],
  "distill --data": [
    (path) => ["distill", at("classifier.onnx"), "--preset", "keras", "--data", path, "--out", at("new")],
    [...wrong, "text"],
  ],
  "distill --labels": [
    (path) => {
      const teacher = ["distill", at("classifier.onnx"), "--preset", "keras"];
      return [...teacher, "--data", at("pictures"), "--labels", path, "--out", at("new")];
    },
    wrong,
  ],
  "write train <file>": [(path) => ["write", "train", path], [...wrong, "tiny.onnx"]],
  "write sample <dir>": [(path) => ["write", "sample", path], [...wrong, "text"]],
  "tune run <script>": [(path) => ["tune", "run", path], [...wrong, "text"]],
  "tune show <place>": [(path) => ["tune", "show", path], [...wrong, "text"]],
  "tune export <dir>": [(path) => ["tune", "export", path, "--csv", "-"], [...wrong, "text"]],
  "tune import <file>": [(path) => ["tune", "import", path, "--out", at("new")], [...wrong, "text"]],
  "runs list --dir": [(path) => ["runs", "list", "--dir", path], ["text"]],
};

/** A call with something that a file or a network answers to only later, and the flag that is at fault. */
const later: readonly (readonly [args: () => readonly string[], flag: string])[] = [
  [() => ["dream", at("in.png"), "--layer", "secnd", ...network()], "--layer"],
  [() => ["dream", at("in.png"), "--layer", "second:9", ...network()], "--layer"],
  [() => ["dream", at("in.png"), "--layer", "second:1", "--guide", at("in.png"), ...network()], "--guide"],
  [() => ["style", at("in.png"), at("in.png"), ...network(), "--style-layer", "frst"], "--style-layer"],
  [() => ["style", at("in.png"), at("in.png"), ...network(), "--content-layer", "frst"], "--content-layer"],
  [() => ["style", at("in.png"), at("in.png"), ...network(), "--style-layer", "scores"], "--style-layer"],
  [() => ["filters", "channels", "--layer", "frst", ...network()], "--layer"],
  [() => ["filters", "channels", "--layer", "first", "--channels", "99", ...network()], "--channels"],
  [() => ["filters", "maps", at("in.png"), "--layer", "frst", ...network()], "--layer"],
  [() => ["filters", "maps", at("in.png"), "--layer", "scores", ...network()], "--layer"],
  [() => ["filters", "explain", at("in.png"), "--layer", "frst", ...network()], "--layer"],
  [() => ["filters", "explain", at("in.png"), "--layer", "scores", ...network()], "--layer"],
  [() => ["filters", "explain", at("in.png"), "--scores", "frst", ...network()], "--scores"],
  [() => ["filters", "explain", at("in.png"), "--scores", "first", ...network()], "--scores"],
  [() => ["filters", "explain", at("in.png"), "--class", "1000", ...network()], "--class"],
  [() => ["dream", at("in.png"), "--preset", "cafe", "--model", at("tiny.onnx")], "--preset"],
  [() => ["dream", at("in.png"), "--range", "1,0", "--model", at("tiny.onnx")], "--range"],
];

/** What is at fault, without paths. */
async function complaint(args: readonly string[]): Promise<{ readonly err: string; readonly code: number }> {
  const { code, err } = await runCli(args, commands);
  return { code, err };
}

/** Names as options of the library have them, and labs as the library calls them. */
function expectPlain(err: string): void {
  // What an ONNX file is made of has such names.
  const words = err.replaceAll(folder, "").replaceAll(/\w+Proto\.\w+/g, "");
  expect(words).not.toMatch(/\b[a-z]+[A-Z]\w*\b/);
  expect(words).not.toMatch(/^imago: (\w+: )+(?=[a-z])/);
  expect(words).not.toContain("IMAGO_DEBUG");
  expect(words.trim().split("\n")).toHaveLength(1);
}

describe("a message", () => {
  const tried = Object.entries(files).flatMap(([name, [call, kinds]]) =>
    kinds.map((kind) => [name, kind, call] as const),
  );
  it.each(tried)("about %s that is %s names it, and no option of the library", async (name, kind, call) => {
    const { code, err } = await complaint(call(at(kind)));
    expect(code).toBeGreaterThan(0);
    const [, flag] = / (--\S+)$/.exec(name) ?? [];
    if (flag !== undefined && flag !== "--dir") expect(err.startsWith(`imago: ${flag}: `)).toBe(true);
    expect(err).toContain(kind);
    expectPlain(err);
  });

  it.each(later)("of %s names %s, and no option of the library", async (args, flag) => {
    const { code, err } = await complaint([...args(), "--out", at("never.png")]);
    expect(code).toBeGreaterThan(0);
    expect(err).toMatch(new RegExp(`^imago: ${flag}[: ]`));
    expectPlain(err);
  });
});
