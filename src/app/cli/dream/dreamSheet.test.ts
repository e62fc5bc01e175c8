import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { readImage } from "../../../io/images/readImage.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { tinyImage, tinyModel } from "../../../vision/testing/tinyNetwork.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("tiny.onnx"), tinyModel());
  await writeFile(at("tiny.preprocessing.json"), '{ "preset": "keras", "size": 32 }');
  await writeImage(at("in.png"), tinyImage(72, 96));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs `imago dream in.png --model tiny.onnx --octaves 2 --steps 2 …`. */
async function imago(...flags: string[]): Promise<Said> {
  const common = ["--octaves", "2", "--octave-scale", "1.1", "--steps", "2", "--jitter", "0"];
  return await runCli(["dream", at("in.png"), ...common, "--model", at("tiny.onnx"), ...flags], commands);
}

describe("imago dream --sheet", () => {
  it("shows the dreams of several layers on a sheet", async () => {
    const args = ["--sheet", "--layer", "first", "--layer", "second:1", "--out", at("sheet.png")];
    const { code, out, err } = await imago(...args);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Dreaming on each of first, second:1 of .*tiny\.onnx, 96 × 72 pixels\.\n/);
    expect(out).toMatch(/\nlayer 1\/2, first {2}octave 2\/2 {2}step 2\/2 .*\nlayer 2\/2, second:1 {2}octave/);
    expect(out).toMatch(/\nSaved to .*sheet\.png, in rows of 2\.\n$/);
    const sheet = await readImage(at("sheet.png"));
    // Names of seven points above, and gaps of twelve.
    expect(sheet.shape).toEqual([72 + 7 + 24, 2 * 96 + 36, 3]);
    const { code: alone } = await imago("--layer", "first", "--out", at("first.png"));
    expect(alone).toBe(0);
    const first = await readImage(at("first.png"));
    const row = (12 + 7 + 30) * (2 * 96 + 36) + 12;
    expect([...sheet.data.slice(row * 3, (row + 96) * 3)]).toEqual([
      ...first.data.slice(30 * 96 * 3, 31 * 96 * 3),
    ]);
  });

  it("chooses layers for a sheet, and its size", async () => {
    await writeImage(at("large.png"), tinyImage(200, 300));
    const before = process.cwd();
    process.chdir(folder);
    try {
      const args = ["dream", "large.png", "--sheet", "--octaves", "1", "--steps", "1"];
      const { code, out } = await runCli([...args, "--model", "tiny.onnx"], commands);
      expect(code).toBe(0);
      expect(out).toContain("Dreaming on each of first, second of tiny.onnx, 256 × 171 pixels.");
      expect(out).toContain("Saved to large-layers.png, in rows of 2.");
      const said = await runCli([...args, "--model", "tiny.onnx", "--size", "100"], commands);
      expect(said.out).toContain("100 × 67 pixels.");
    } finally {
      process.chdir(before);
    }
  });

  it("writes a sheet of the layers that are done when it is interrupted", async () => {
    const layers = ["--layer", "first", "--layer", "second:0", "--layer", "second:1"];
    const args = ["--sheet", ...layers, "--model", at("tiny.onnx"), "--octaves", "1", "--steps", "2"];
    const { code, out, err } = await runCli(
      ["dream", at("in.png"), ...args, "--out", at("part.png")],
      commands,
      (text) => text.startsWith("layer 2/3") && process.emit("SIGINT"),
    );
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatch(
      /\nInterrupted; what there was is in .*part\.png, in rows of 2: first, second:0\.\n$/,
    );
    expect((await readImage(at("part.png"))).shape).toEqual([72 + 7 + 24, 2 * 96 + 36, 3]);
    const now = setInterval(() => process.emit("SIGINT"), 100);
    const early = await imago("--sheet", "--steps", "100000", "--out", at("early.png"));
    clearInterval(now);
    expect(early.out).toMatch(/Interrupted before the first layer was done\.\n$/);
    expect(existsSync(at("early.png"))).toBe(false);
  });

  it("lays what is transparent on white", async () => {
    const half = Tensor.full([72, 96, 4], 100);
    for (let pixel = 0; pixel < 72 * 96; pixel++) half.data[pixel * 4 + 3] = pixel % 96 < 48 ? 255 : 0;
    await writeImage(at("half.png"), half);
    const args = [
      "--sheet",
      "--layer",
      "first",
      "--octaves",
      "1",
      "--steps",
      "1",
      "--out",
      at("half-sheet.png"),
    ];
    const said = await runCli(["dream", at("half.png"), "--model", at("tiny.onnx"), ...args], commands);
    expect(said).toMatchObject({ code: 0, err: "" });
    const { data, shape } = await readImage(at("half-sheet.png"));
    const row = (shape[1] as number) * (12 + 7 + 40) + 12;
    expect([...data.slice((row + 70) * 3, (row + 71) * 3)]).toEqual([255, 255, 255]);
    expect(data[(row + 10) * 3]).toBeLessThan(200);
  });

  it.each([
    [["--sheet", "--every", "2"], 2, "--sheet and --every do not go together."],
    [["--sheet", "--preview", "p.png"], 2, "--sheet and --preview do not go together."],
    [["--sheet", "--fps", "3"], 2, "--fps is for zooms; add --zoom and how many frames."],
  ] as const)("refuses %j", async (flags, expected, message) => {
    const { code, err, out } = await imago("--out", at("never.png"), ...flags);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: expected, out: "" });
    expect(existsSync(at("never.png"))).toBe(false);
  });
});
