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

  it("keeps pictures of the way beside the result", async () => {
    const args = ["--layer", "second", "--out", at("way.webp"), "--every", "2", "--steps", "3"];
    const { code, out, err } = await imago(...args);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/\nSaved to .*way\.webp, with 3 pictures of the way beside it\.\n$/);
    const names = (await readdir(folder)).filter((name) => name.startsWith("way"));
    expect(names.sort()).toEqual(["way-0002.webp", "way-0004.webp", "way-0006.webp", "way.webp"]);
    expect((await readImage(at("way-0002.webp"))).shape).toEqual([65, 87, 3]);
    expect((await readFile(at("way-0006.webp"))).equals(await readFile(at("way.webp")))).toBe(true);
    // Numbers as wide as the last.
    const many = await imago(...args.slice(0, -4), "--every", "1", "--steps", "99999", "--max-loss", "-1");
    expect(many.code).toBe(0);
    expect(await readdir(folder)).toContain("way-000002.webp");
  });

  it.skipIf(process.platform === "win32")("loses no picture to one of the way", async () => {
    await symlink(at("nowhere/w.png"), at("lost-0002.png"));
    const args = ["--layer", "second", "--every", "1", "--preview", at("seen.png")];
    const { code, err } = await imago(...args, "--out", at("lost.png"));
    expect(err).toContain("Cannot write");
    expect(code).toBe(1);
    for (const name of ["lost.png", "seen.png", "lost-0001.png"]) {
      expect((await readImage(at(name))).shape.slice(2)).toEqual([3]);
    }
  });

  it("writes no picture of the way over what is read, or beside", async () => {
    await writeImage(at("own-0002.png"), tinyImage(72, 96));
    const before = await readFile(at("own-0002.png"));
    const run = (...flags: string[]) => runCli(["dream", ...flags, "--model", at("tiny.onnx")], commands);
    const over = await run(at("own-0002.png"), "--out", at("own.png"), "--every", "1");
    expect(over).toMatchObject({ code: 2, out: "" });
    expect(over.err).toMatch(/--every would write over .*own-0002\.png, which is read \(<image>\)\./);
    expect((await readFile(at("own-0002.png"))).equals(before)).toBe(true);
    const twice = await imago("--out", at("own.png"), "--every", "4", "--preview", at("own-0004.png"));
    expect(twice.err).toMatch(/--preview and --every are the same file, .*own-0004\.png\./);
    // What has other numbers is no matter.
    const free = await imago("--out", at("own.png"), "--every", "4", "--preview", at("own-0005.png"));
    expect(free).toMatchObject({ code: 0, err: "" });
    const standard = await imago("--out", "-", "--every", "4");
    expect(standard.code).toBe(2);
    expect(standard.err).toContain(
      "--every writes pictures beside --out, which is standard output here. Name a file with --out.",
    );
  });

  it("keeps the opacity of the image, and dreams on what is seen alone", async () => {
    const whole = tinyImage(72, 96);
    const cut = Tensor.zeros([72, 96, 4]);
    for (let pixel = 0; pixel < 72 * 96; pixel++) {
      const x = pixel % 96;
      const colours = x < 40 ? whole.data.subarray(pixel * 3, pixel * 3 + 3) : [255, 0, 255];
      cut.data.set([...colours, x < 30 ? 255 : x < 40 ? 120 : 0], pixel * 4);
    }
    await writeImage(at("cut.png"), cut);
    const run = (...flags: string[]) => {
      const quick = ["--steps", "3", "--octaves", "2", "--octave-scale", "1.1", "--jitter", "0"];
      const model = ["--layer", "second", "--model", at("tiny.onnx")];
      return runCli(["dream", at("cut.png"), ...quick, ...model, ...flags], commands);
    };
    const flags = ["--every", "1", "--preview", at("cut-seen.png")];
    expect(await run("--out", at("cut-out.png"), ...flags)).toMatchObject({ code: 0, err: "" });
    for (const name of ["cut-out.png", "cut-out-0006.png", "cut-seen.png"]) {
      const { data, shape } = await readImage(at(name), { alpha: "keep" });
      expect(shape).toEqual([72, 96, 4]);
      expect(data.every((value, at) => at % 4 < 3 || value === cut.data[at])).toBe(true);
      // Nothing of what nobody saw has come in.
      const seen = data.filter((_, at) => Math.floor(at / 4) % 96 < 40);
      const change = seen.map((value, at) => {
        const [pixel, channel] = [Math.floor(at / 4), at % 4];
        const before = cut.data[(Math.floor(pixel / 40) * 96 + (pixel % 40)) * 4 + channel] as number;
        return Math.abs(value - before);
      });
      expect(Math.max(...change)).toBeGreaterThan(2);
      expect(Math.max(...change)).toBeLessThan(60);
    }
    expect((await readImage(at("cut-out-0001.png"), { alpha: "keep" })).shape).toEqual([65, 87, 4]);
    expect((await run("--out", at("cut-out.webp"))).code).toBe(0);
    expect(await sharp(at("cut-out.webp")).metadata()).toMatchObject({ hasAlpha: true });
    expect((await run("--out", at("cut-out.jpg"))).code).toBe(0);
    const flat = await readImage(at("cut-out.jpg"));
    expect([...flat.data.slice(90 * 3, 90 * 3 + 3)]).toEqual([255, 255, 255]);
    // A zoom is opaque, as its frames are made of each other.
    expect((await run("--zoom", "1", "--out", at("cut%d.png"))).code).toBe(0);
    expect(await sharp(at("cut0.png")).metadata()).toMatchObject({ hasAlpha: false });
  });

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
    [["--every", "3", "--zoom", "2"], 2, "--every and --zoom do not go together. A zoom keeps every frame"],
    [
      ["--sheet", "--zoom", "2"],
      2,
      "--sheet and --zoom do not go together. A sheet has one finished picture",
    ],
    [["--sheet", "--layer", "first", "--layer", "secnd"], 1, '--layer: tiny.onnx: there is no value "secnd"'],
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

  it("dreams of a class by its name", async () => {
    vi.stubEnv("IMAGO_CACHE", at("empty-cache"));
    const few = ["--octaves", "1", "--steps", "1", "--out", at("fish.png")];
    const dreamOf = (name: string) => runCli(["dream", at("in.png"), ...few, "--class", name], commands);
    const { code, out, err } = await dreamOf("goldfish");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Dreaming on scores/add:0 of imago-tiny");
    const unknown = await dreamOf("goldfich");
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('--class: imago-tiny has no class "goldfich". Did you mean "goldfish"?');
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
