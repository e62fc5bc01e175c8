import { chmodSync, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { readImage } from "../../../io/images/readImage.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { writeVideo } from "../../../io/images/writeVideo.js";
import { tinyImage, tinyModel } from "../../../vision/testing/tinyNetwork.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("tiny.onnx"), tinyModel());
  await writeFile(at("tiny.preprocessing.json"), '{ "preset": "keras", "size": 32 }');
  await writeFile(at("plain.onnx"), tinyModel());
  await writeImage(at("in.png"), tinyImage(72, 96));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

/** Runs `imago dream in.png --model tiny.onnx --octaves 2 --steps 2 …`. */
async function imago(...flags: string[]): Promise<Said> {
  const common = ["--octaves", "2", "--octave-scale", "1.1", "--steps", "2", "--jitter", "0"];
  const model = flags.includes("--model") ? [] : ["--model", at("tiny.onnx")];
  return await runCli(["dream", at("in.png"), ...common, ...model, ...flags], commands);
}

describe("imago dream", () => {
  it("writes a picture and says how far it is", async () => {
    const { code, out, err } = await imago("--layer", "second", "--out", at("a.png"));
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Dreaming on second of .*tiny\.onnx, 96 × 72 pixels\.\noctave 1\/2 {2}step 2\/2 {2}loss [\d.]+ \(×1\.\d\)\noctave 2\/2 .*\nSaved to .*a\.png\.\n$/,
    );
    const result = await readImage(at("a.png"));
    expect(result.shape).toEqual([72, 96, 3]);
    expect([...result.data]).not.toEqual([...(await readImage(at("in.png"))).data]);
  });

  it.skipIf(process.platform === "win32")(
    "loses no picture to a preview that cannot be written",
    async () => {
      const args = ["--layer", "second", "--size", "40", "--steps", "2", "--out", at("safe.png")];
      // Its folder is looked at beforehand, and where it leads is not.
      await symlink(at("nowhere/p.png"), at("p-link.png"));
      const { code, err } = await imago(...args, "--preview", at("p-link.png"));
      expect(err).toContain("Cannot write");
      expect(code).toBe(1);
      expect((await readImage(at("safe.png"))).shape.slice(2)).toEqual([3]);
    },
  );

  it("takes weights, channels, a guide, a size and a mask, and writes previews", async () => {
    const black = Tensor.zeros([36, 48, 3]);
    await writeImage(at("mask.png"), black);
    const flags = ["--layer", "first:1=0.5", "--size", "80", "--mask", at("mask.png")];
    const { code, err } = await imago(...flags, "--out", at("b.png"), "--preview", at("p.png"));
    expect([code, err]).toEqual([0, ""]);
    const result = await readImage(at("b.png"));
    expect(result.shape).toEqual([60, 80, 3]);
    const original = await readImage(at("in.png"), { longerSide: 80 });
    const apart = result.data.map((value, i) => Math.abs(value - (original.data[i] as number)));
    expect(apart.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(1);
    expect([...(await readImage(at("p.png"))).data]).toEqual([...result.data]);
    const guided = await imago("--layer", "first", "--guide", at("in.png"), "--out", at("c.png"));
    expect(guided.code).toBe(0);
  });

  it("chooses a layer, and says what it assumes", async () => {
    const { out, code } = await imago("--model", at("plain.onnx"), "--out", at("d.png"));
    expect(code).toBe(0);
    expect(out).toContain(
      "plain.onnx wants its images: assuming --preset torchvision.\nDreaming on second of",
    );
    const other = await imago("--model", at("plain.onnx"), "--preset", "keras", "--out", at("e.png"));
    expect(other.out).not.toContain("assuming");
  });

  it("zooms into an animation, and into pictures", async () => {
    const { code, out } = await imago("--octaves", "1", "--zoom", "3", "--out", at("z.webp"));
    expect(code).toBe(0);
    expect(out).toContain("frame 3/3");
    expect(await sharp(at("z.webp"), { animated: true }).metadata()).toMatchObject({
      pages: 3,
      pageHeight: 72,
      width: 96,
    });
    await mkdir(at("frames"));
    await imago("--octaves", "1", "--zoom", "2", "--out", at("frames/%03d.png"));
    expect(await readdir(at("frames"))).toEqual(["000.png", "001.png"]);
  });

  it("writes what is there when it is interrupted", async () => {
    // Again and again: it may not listen yet.
    const later = setInterval(() => process.emit("SIGINT"), 200);
    const { code, out, err } = await imago("--steps", "100000", "--out", at("stopped.png"));
    clearInterval(later);
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatch(/Interrupted; what there was is in .*stopped\.png, 87 × 65 pixels\.\n$/);
    expect((await readImage(at("stopped.png"))).shape).toEqual([65, 87, 3]);
  });

  it("writes the frames that are there when a zoom is interrupted", async () => {
    // After the first frame: a picture appears for each.
    const pictures = at("interrupted-%d.png");
    const watch = setInterval(() => {
      if (existsSync(at("interrupted-1.png"))) process.emit("SIGINT");
    }, 20);
    const { code, out } = await imago("--zoom", "10000", "--out", pictures);
    clearInterval(watch);
    expect(code).toBe(1);
    expect(out).toMatch(/Interrupted; what there was is in .*interrupted-%d\.png, [2-9]\d* frames\.\n$/);
    const now = setInterval(() => process.emit("SIGINT"), 100);
    const early = await imago("--steps", "100000", "--zoom", "2", "--out", at("early.gif"));
    clearInterval(now);
    expect(early.out).toMatch(/Interrupted before the first frame was done\.\n$/);
    expect(existsSync(at("early.gif"))).toBe(false);
  });

  it.each([
    [["--layer", "secnd"], 1, 'there is no value "secnd" in the model. Did you mean "second"?'],
    [["--layer", "second:9"], 1, "has no channel 9; channels are 0 to 5"],
    [["--layer", "second=much"], 2, '--layer: "second=much" is no layer'],
    [["--steps", "0"], 2, '--steps must be a whole number from 1 to 1000000, received "0".'],
    [["--preset", "cafe"], 2, '--preset: there is no preset "cafe". Did you mean "caffe"?'],
    [["--fps", "3"], 2, "--fps is for zooms; add --zoom and how many frames."],
    [["--zoom", "3", "--out", "x.png"], 2, "--out: a zoom is written as .webp, .gif, .mp4 or dir/%04d.png"],
    [["--out", "x.txt"], 1, 'the extension ".txt" is of no image format'],
    [["--out", "nowhere/x.png"], 1, "Cannot write nowhere/x.png"],
    // Would run for hours if it were refused in the end.
    [["--steps", "99999", "--out", "package.json/x.png"], 1, "package.json is not a folder."],
    [["--model", "nothing.onnx"], 1, "Cannot read nothing.onnx"],
    [["--model", "squeezenet"], 1, "There is no model"],
    [["--guide", "nothing.png"], 1, "Cannot read nothing.png"],
  ] as const)("refuses %j", async (flags, expected, message) => {
    const names = await readdir(folder);
    const { code, err } = await imago("--out", at("never.png"), ...flags);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(expected);
    expect(await readdir(folder)).toEqual(names);
  });

  it("refuses a mask of other proportions", async () => {
    await writeImage(at("square.png"), Tensor.zeros([50, 50, 3]));
    const { err } = await imago("--mask", at("square.png"));
    expect(err).toMatch(/--mask: .*square\.png is \[50, 50\], which has not the proportions/);
  });

  it("dreams with the network that comes with it where nothing is named or pulled", async () => {
    vi.stubEnv("IMAGO_CACHE", at("empty-cache"));
    const few = ["--octaves", "1", "--steps", "1", "--out", at("own.png")];
    const { code, out, err } = await runCli(["dream", at("in.png"), ...few], commands);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^No network is named: taking imago-tiny, which comes with Imago\. A larger one: (npx )?imago models pull squeezenet-1\.0\nDreaming on relu/,
    );
  });
});

describe.skipIf(process.platform === "win32")("writeVideo", () => {
  /** Puts a program called ffmpeg in front of the PATH. */
  async function ffmpeg(script: string): Promise<void> {
    const bin = await mkdtemp(at("bin"));
    await writeFile(join(bin, "ffmpeg"), `#!/bin/sh\n[ "$1" = -version ] && exit 0\n${script}\n`);
    chmodSync(join(bin, "ffmpeg"), 0o755);
    vi.stubEnv("PATH", `${bin}${delimiter}${process.env.PATH}`);
  }
  const frames = [0, 200].map((value) => Tensor.full([4, 6, 3], value));
  // The last argument is the file to write.
  const last = 'for file; do :; done; echo "$@" >&2;';

  it("hands every frame to ffmpeg", async () => {
    await ffmpeg(`${last} cat > "$file"`);
    await writeVideo(at("v.mp4"), frames, { framesPerSecond: 5 });
    expect([...(await readFile(at("v.mp4")))]).toEqual([
      ...new Array(72).fill(0),
      ...new Array(72).fill(200),
    ]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".mp4"))).toEqual(["v.mp4"]);
  });

  it("says what ffmpeg says, and leaves nothing", async () => {
    await ffmpeg(`${last} echo half > "$file"; echo no such encoder >&2; exit 3`);
    const many = Array.from({ length: 40 }, () => Tensor.zeros([200, 200, 3]));
    await expect(writeVideo(at("w.mp4"), many)).rejects.toThrow(/^ffmpeg failed \(.*no such encoder\)\.$/s);
    expect((await readdir(folder)).filter((name) => name.includes("w.mp4"))).toEqual([]);
  });

  it("says that there is none, and refuses frames that differ", async () => {
    vi.stubEnv("PATH", at("empty"));
    await expect(writeVideo(at("x.mp4"), frames)).rejects.toThrow(
      "An .mp4 is written by ffmpeg, which is not on the PATH. Install it, or write a .webp or .gif.",
    );
    await expect(writeVideo(at("x.mp4"), [])).rejects.toThrow("received none");
    await expect(writeVideo(at("x.mp4"), [...frames, Tensor.zeros([4, 4, 3])])).rejects.toThrow(
      "received float32[4, 6, 3] and float32[4, 4, 3]",
    );
  });
});
