import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { readImage } from "../../../io/images/readImage.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { tinyImage, tinyModel } from "../../../vision/testing/tinyNetwork.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";
import { sizesOf } from "./styleFlags.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-style-"));
  await writeFile(at("tiny.onnx"), tinyModel());
  await writeFile(at("tiny.preprocessing.json"), '{ "preset": "torchvision", "size": 32 }');
  await writeImage(at("in.png"), tinyImage(48, 64));
  await writeImage(at("one.png"), tinyImage(40, 40, 3));
  await writeImage(at("two.png"), Tensor.full([50, 40, 3], 30));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

async function imago(...args: string[]): Promise<Said> {
  return await runCli(["style", ...args], commands);
}

const layers = ["--content-layer", "second", "--style-layer", "first", "--style-layer", "second=0.5"];
/** `imago style in.png … --model tiny.onnx --iterations 4` with layers. */
const common = (...styles: string[]): string[] => [
  at("in.png"),
  ...styles.map(at),
  "--model",
  at("tiny.onnx"),
  ...layers,
  "--iterations",
  "4",
];

describe("imago style", () => {
  it("writes a picture and says how far it is", async () => {
    const { code, out, err } = await imago(...common("one.png"), "--out", at("a.png"));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("tiny.onnx: content at second; style at first, second; 64 × 48 pixels.\n");
    expect(out).toMatch(
      /\niteration 1\/4 {2}loss [\d.e+]+ \(content [\d.]+, style [\d.]+, roughness \d+\)\n/,
    );
    expect(out).toMatch(/\niteration 4\/4 .*\nSaved to .*a\.png\.\n$/);
    const result = await readImage(at("a.png"));
    expect(result.shape).toEqual([48, 64, 3]);
    expect([...result.data]).not.toEqual([...(await readImage(at("in.png"))).data]);
  });

  it("takes several styles, weights, masks, sizes, previews, and writes the losses", async () => {
    await writeImage(at("mask.png"), Tensor.full([24, 32, 3], 128));
    const { code, out, err } = await imago(
      ...common("one.png", "two.png"),
      ...["--blend", "1,0.5", "--mask", at("mask.png"), "--size", "40,56", "--keep-colours"],
      ...["--style-scale", "1.5", "--init", "noise", "--seed", "3", "--optimizer", "lbfgs"],
      ...["--out", at("b.webp"), "--preview", at("p.png"), "--losses", at("losses.csv")],
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("size 2/2  iteration 4/4");
    expect((await readImage(at("b.webp"))).shape).toEqual([42, 56, 3]);
    expect((await readImage(at("p.png"))).shape).toEqual([42, 56, 3]);
    const rows = (await readFile(at("losses.csv"), "utf8")).trim().split("\n");
    expect(rows[0]).toBe('iteration,total,content,style,totalVariation,"style first","style second"');
    expect(rows).toHaveLength(9);
    for (const row of rows.slice(1)) expect(row.split(",").every((cell) => Number(cell) > 0)).toBe(true);
  });

  it("chooses layers", async () => {
    const { code, out } = await imago(
      ...[at("in.png"), at("one.png"), "--model", at("tiny.onnx"), "--iterations", "1"],
      ...["--out", at("c.png")],
    );
    expect(code).toBe(0);
    expect(out).toContain("tiny.onnx: content at conv_1; style at first, conv, conv_1, second;");
  });

  it("starts from an image of the content's proportions", async () => {
    await writeImage(at("start.png"), Tensor.full([96, 128, 3], 40));
    const still = ["--optimizer", "adam", "--rate", "0.001"];
    const args = [...common("one.png"), ...still, "--out", at("started.png")];
    expect(await imago(...args, "--init", at("start.png"))).toMatchObject({ code: 0, err: "" });
    const { data, shape } = await readImage(at("started.png"));
    expect(shape).toEqual([48, 64, 3]);
    expect(data.every((value) => Math.abs(value - 40) <= 1)).toBe(true);
    const { code, err } = await imago(...args, "--init", at("two.png"));
    expect(code).toBe(2);
    expect(err).toMatch(
      /--init: .*two\.png is \[50, 40\], which has not the proportions of the picture, \[48, 64\]\./,
    );
    const strip = ["interpolate", ...common("one.png", "two.png"), "--pictures", "2"];
    const same = await imago(...strip, "--init", at("start.png"), "--out", at("start.png"));
    expect(same.err).toContain("--out would write over ");
    expect(same.err).toContain("which is read (--init)");
  });

  it("keeps pictures of the way, counted over all sizes", async () => {
    const args = [...common("one.png"), "--size", "40,56", "--every", "3", "--out", at("way.png")];
    const { code, out, err } = await imago(...args, "--losses", at("way.csv"));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/\nSaved to .*way\.png, with 2 pictures of the way beside it\.\n$/);
    expect((await readdir(folder)).filter((name) => /^way-/.test(name)).sort()).toEqual([
      "way-0003.png",
      "way-0006.png",
    ]);
    expect((await readImage(at("way-0003.png"))).shape).toEqual([30, 40, 3]);
    expect((await readImage(at("way-0006.png"))).shape).toEqual([42, 56, 3]);
    const one = await imago(...common("one.png"), "--every", "4", "--out", at("way.jpg"));
    expect(one.out).toContain("way.jpg, with a picture of the way beside it.");
  });

  it.skipIf(process.platform === "win32")(
    "loses neither picture nor losses to a picture of the way",
    async () => {
      await symlink(at("nowhere/l.png"), at("lost-0002.png"));
      const args = [...common("one.png"), "--every", "2", "--out", at("lost.png")];
      const { code, err } = await imago(...args, "--losses", at("lost.csv"));
      expect(code).toBe(1);
      expect(err).toContain("Cannot write");
      expect((await readImage(at("lost.png"))).shape).toEqual([48, 64, 3]);
      expect((await readFile(at("lost.csv"), "utf8")).trim().split("\n")).toHaveLength(5);
    },
  );

  it("refuses pictures of the way in the place of what is read or written", async () => {
    const args = [...common("one.png"), "--every", "2"];
    await writeImage(at("made-0002.png"), tinyImage(40, 40, 3));
    const over = [...common("made-0002.png"), "--every", "2", "--out", at("made.png")];
    const refused = await imago(...over);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toMatch(/--every would write over .*made-0002\.png, which is read \(<styles>\)\./);
    expect((await imago(...over, "--force")).code).toBe(0);
    const twice = await imago(...args, "--out", at("l.png"), "--losses", at("l-0004.png"));
    expect(twice.err).toMatch(/--losses and --every are the same file, .*l-0004\.png\./);
    const standard = await imago(...args, "--out", "-");
    expect(standard.code).toBe(2);
    expect(standard.err).toContain("--every writes pictures beside --out, which is standard output here.");
    const strip = await imago("interpolate", ...common("one.png", "two.png"), "--every", "2");
    expect(strip).toMatchObject({ code: 2 });
    expect(strip.err).toContain("unknown option '--every'");
  });

  it("keeps the content's opacity, and paints what is seen alone", async () => {
    const cut = Tensor.full([48, 64, 4], 128);
    for (let pixel = 0; pixel < 48 * 64; pixel++) {
      const x = pixel % 64;
      // What nobody sees is as it must not come in.
      if (x >= 24) cut.data.set([255, 0, 255, x < 32 ? 100 : 0], pixel * 4);
      if (x < 24) cut.data[pixel * 4 + 3] = 255;
      if (x >= 24 && x < 32) cut.data.set([128, 128, 128], pixel * 4);
    }
    await writeImage(at("cut.png"), cut);
    const args = [at("cut.png"), at("two.png"), "--model", at("tiny.onnx"), ...layers, "--iterations", "3"];
    const more = ["--size", "40,64", "--every", "1", "--preview", at("cut-seen.webp")];
    const said = await imago(...args, ...more, "--out", at("cut-out.png"));
    expect(said).toMatchObject({ code: 0, err: "" });
    const { data, shape } = await readImage(at("cut-out.png"), { alpha: "keep" });
    expect(shape).toEqual([48, 64, 4]);
    expect(data.every((value, at) => at % 4 < 3 || value === cut.data[at])).toBe(true);
    for (let x = 0; x < 32; x++) {
      const [red = 0, green = 0] = data.subarray((20 * 64 + x) * 4);
      expect(Math.abs(red - green)).toBeLessThan(30);
    }
    expect((await readImage(at("cut-out-0001.png"), { alpha: "keep" })).shape).toEqual([30, 40, 4]);
    expect((await readImage(at("cut-seen.webp"), { alpha: "keep" })).data[63 * 4 + 3]).toBe(0);
    const kept = await imago(
      ...args,
      "--keep-colours",
      "--init",
      at("cut-out.png"),
      "--out",
      at("cut-out.jpg"),
    );
    expect(kept).toMatchObject({ code: 0, err: "" });
    const flat = await readImage(at("cut-out.jpg"));
    expect([...flat.data.slice(60 * 3, 60 * 3 + 3)]).toEqual([255, 255, 255]);
    const half = Tensor.zeros([48, 64, 3]);
    for (let pixel = 0; pixel < 48 * 64; pixel++)
      if (pixel % 64 >= 40) half.data.fill(255, pixel * 3, pixel * 3 + 3);
    await writeImage(at("right.png"), half);
    const masked = await imago(...args, "--mask", at("right.png"), "--out", at("never.png"));
    expect(masked.code).toBe(2);
    expect(masked.err).toMatch(
      /--mask: nothing of the picture is to be seen where .*right\.png is not black\./,
    );
  });

  it("takes a word for what it means, whatever files are called so", async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await writeFile("noise", "no image");
      expect((await imago(...common("one.png"), "--init", "noise", "--out", "w.png")).code).toBe(0);
      await writeImage(at("plain.png"), tinyImage(48, 64));
      await rename(at("plain.png"), at("plain"));
      expect((await imago(...common("one.png"), "--init", "plain", "--out", "w.png")).code).toBe(0);
    } finally {
      process.chdir(before);
    }
  });

  it("interpolates between two styles", async () => {
    const { code, out, err } = await imago(
      ...["interpolate", ...common("one.png", "two.png"), "--pictures", "3", "--out", at("strip.png")],
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("picture 3/3  iteration 4/4");
    expect((await readImage(at("strip.png"))).shape).toEqual([48, 3 * 64 + 2 * 4, 3]);
  });

  it("makes large sizes in steps", () => {
    const photo = { height: 2250, width: 3000 };
    expect(sizesOf(undefined, photo)).toEqual([128, 256, 512]);
    expect(sizesOf(undefined, { height: 240, width: 300 })).toEqual([150, 300]);
    expect(sizesOf(undefined, { height: 3000, width: 3000 })).toEqual([128, 256, 512]);
    expect(sizesOf("2000", photo)).toEqual([250, 500, 1000, 2000]);
    expect(sizesOf("full", { height: 700, width: 100 })).toEqual([700]);
    expect(sizesOf("100, 3000", photo)).toEqual([100, 3000]);
  });
});

describe("imago style refuses", () => {
  it.each([
    [["--iterations", "0"], "--iterations must be a whole number from 1 to 100000"],
    [["--style-weight", "-1"], '--style-weight must be a number from 0 to 1000000000, received "-1"'],
    [["--rate", "2"], "--rate is for Adam; add --optimizer adam, or leave it out."],
    [["--size", "12"], "--size must be a whole number from 16 to 30000"],
    [["--size", "300,200"], "--size: give sizes from coarse to fine"],
    [["--init", "photo"], '--init must be content, style, noise or an image, and there is no file "photo".'],
    [["--init", "contnt"], 'there is no file "contnt". Did you mean content?'],
    [["--optimizer", "sgd"], '--optimizer must be adam or lbfgs, received "sgd"'],
    [["--style-layer", "first=0"], "is no layer; expected NAME, or NAME=WEIGHT"],
    [["--blend", "1,2"], "--blend: expected 1 numbers, one for each style"],
    [["--mask", "a.png", "--mask", "b.png"], "--mask: there are 2 masks for 1 styles"],
    [["--keep-colors"], "unknown option '--keep-colors' (Did you mean --keep-colours?)"],
  ])("%j with 2", async (flags, message) => {
    const { code, err, out } = await imago(...common("one.png"), ...flags, "--out", at("never.png"));
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  it("what is there only for single pictures, in interpolations", async () => {
    const { code, err } = await imago("interpolate", ...common("one.png", "two.png"), "--mask", at("in.png"));
    expect(code).toBe(2);
    expect(err).toContain("unknown option '--mask'");
  });

  it("files and layers that are not there, writing nothing", async () => {
    const refused = async (args: string[], message: string): Promise<void> => {
      const { code, err } = await imago(...args, "--out", at("never.png"));
      expect(err).toContain(message);
      expect(code).toBe(1);
    };
    await refused(common("none.png"), "there is no such file");
    await refused([...common("one.png"), "--style-layer", "thrid"], 'no value "thrid"');
    await refused([at("in.png"), at("one.png"), "--model", at("none.onnx")], "there is no such file");
    await writeFile(at("broken.png"), "no image");
    await refused(common("broken.png"), "it is no image");
    const { err } = await imago(...common("one.png"), "--out", at("a.txt"));
    expect(err).toContain('the extension ".txt" is of no image format');
    expect((await readdir(folder)).filter((name) => /never|txt|tmp/.test(name))).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("as a process", () => {
  it("keeps the picture so far on Ctrl-C", async () => {
    const main = fileURLToPath(new URL("../main.ts", import.meta.url));
    const args = [...common("one.png"), "--iterations", "5000", "--out", at("cut.png")];
    const { code, out } = await new Promise<{ code: number | null; out: string }>((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", main, "style", ...args], {
        cwd: import.meta.dirname,
        env: { ...process.env, NO_COLOR: "1" },
      });
      let seen = "";
      let sent = false;
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        seen += part;
        if (!sent && seen.includes("iteration 1/5000")) sent = child.kill("SIGINT");
      });
      child.on("close", (exit) => resolve({ code: exit, out: seen }));
    });
    expect(code).toBe(1);
    expect(out).toMatch(/Interrupted; the picture so far is in .*cut\.png, 64 × 48 pixels\.\n$/);
    expect((await readImage(at("cut.png"))).shape).toEqual([48, 64, 3]);
  });
});
