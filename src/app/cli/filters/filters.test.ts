import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readImage } from "../../../io/images/readImage.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { tinyImage, tinyModel } from "../../../vision/testing/tinyNetwork.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";
import { probabilities } from "../vision/bestClasses.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("tiny.onnx"), tinyModel());
  await writeImage(at("in.png"), tinyImage(40, 60));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function imago(...args: string[]): Promise<Said> {
  const model = ["--model", at("tiny.onnx"), "--preset", "keras"];
  return await runCli(["filters", ...args, ...model], commands);
}

it("draws channels", async () => {
  const flags = ["--layer", "second", "--channels", "0-2,5", "--size", "32", "--steps", "2"];
  const { code, out, err } = await imago(...flags, "--out", at("sheet.png"));
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(
    /^Channels of second of .*tiny\.onnx\.\nchannel 0: .*\nchannel 1: .*\nchannel 2: .*\nchannel 5: .*\nSaved to .*, in rows of 2\.\n$/,
  );
  // Two rows of 32 pixels and 7 for the number above, with gaps of 2.
  expect((await readImage(at("sheet.png"))).shape).toEqual([84, 70, 3]);
});

it("chooses a layer where none is named", async () => {
  const few = ["--channels", "0", "--size", "32", "--steps", "1", "--out", at("chosen.png")];
  expect((await imago(...few)).out).toMatch(/^Channels of second of /);
});

it("draws no numbers if told so, and no rotation", async () => {
  const flags = ["--layer", "second", "--channels", "0-2,5", "--size", "32", "--steps", "2", "--no-labels"];
  const [turned, not] = [at("turned.png"), at("not.png")];
  expect((await imago(...flags, "--out", turned)).code).toBe(0);
  expect((await imago(...flags, "--rotate", "0", "--out", not)).code).toBe(0);
  expect((await readImage(not)).shape).toEqual([70, 70, 3]);
  expect((await readFile(not)).equals(await readFile(turned))).toBe(false);
});

it("draws maps", async () => {
  const { code, out } = await imago("maps", at("in.png"), "--layer", "first", "--out", at("maps.png"));
  expect(code).toBe(0);
  expect(out).toMatch(/^Channels, the strongest first: \d \d \d \d\n/);
  expect((await readImage(at("maps.png"))).shape).toEqual([100, 126, 3]);
  const plain = await imago(
    "maps",
    at("in.png"),
    "--layer",
    "first",
    "--no-labels",
    "--out",
    at("plain.png"),
  );
  expect(plain.code).toBe(0);
  expect((await readImage(at("plain.png"))).shape).toEqual([86, 126, 3]);
});

it.each([[[]], [["--layer", "second", "--class", "3"]]])("explains, %j", async (flags) => {
  const { code, out, err } = await imago("explain", at("in.png"), "--out", at("why.png"), ...flags);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(
    flags.length > 0 ? /^Class 3 of the middle 40 × 40 of .*, \d+\.\d %\. Saved/ : /^Class \d of the middle/,
  );
  // The part that the network sees, at the size that it has in the image.
  expect((await readImage(at("why.png"))).shape).toEqual([40, 40, 3]);
});

it.each([
  ["lines", "cat\ndog\nfish\nbird\nbee\nant\n"],
  ["an array", '["cat", "dog", "fish", "bird", "bee", "ant"]'],
  ["synsets", '[["n1", "cat"], ["n2", "dog"], ["n3", "fish"], ["n4", "bird"], ["n5", "bee"], ["n6", "ant"]]'],
  ["numbers", '{ "0": "cat", "1": "dog", "2": "fish", "3": "bird", "4": "bee", "5": "ant" }'],
])("names classes from %s, the five likeliest as probabilities", async (_, text) => {
  await writeFile(at("labels"), text);
  const args = ["explain", at("in.png"), "--out", at("why.png"), "--class", "2", "--labels", at("labels")];
  const { out, err } = await imago(...args);
  expect(err).toBe("");
  expect(out).toMatch(/^Class 2 \(fish\) of the middle/);
  const told = [...out.matchAll(/^ {2}(\d) \((cat|dog|fish|bird|bee|ant)\) +(\d+\.\d) %$/gm)];
  expect(told).toHaveLength(5);
  const shares = told.map(([, , , share]) => Number(share));
  expect(shares).toEqual([...shares].sort((a, b) => b - a));
  expect(shares.reduce((a, b) => a + b)).toBeLessThanOrEqual(100.3);
});

it("takes a class by its name, or a part that no other name has, and names the nearest where there is none", async () => {
  await writeFile(at("animals"), "cat\ndog\ngolden fish\nlittle bird\nlittle bee\nant\n");
  const explained = (name: string): Promise<Said> =>
    imago("explain", at("in.png"), "--out", at("why.png"), "--labels", at("animals"), "--class", name);
  expect((await explained("Golden Fish")).out).toMatch(/^Class 2 \(golden fish\) of /);
  expect((await explained("fish")).out).toMatch(/^Class 2 \(golden fish\) of /);
  const refused = async (name: string, message: string): Promise<void> => {
    const { code, err } = await explained(name);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  };
  await refused("little", 'have "little" in their names. There are: little bird (3), little bee (4).');
  await refused("golden fsh", 'tiny.onnx has no class "golden fsh". Did you mean "golden fish"?');
  await refused("6", "tiny.onnx has no class 6; its 6 are numbered from 0.");
  await refused("zebra crossing", "It knows 6, such as cat, dog, golden fish, little bird, little bee.");
  const { code, err } = await imago("explain", at("in.png"), "--out", at("why.png"), "--class", "cat");
  expect([code, err]).toEqual([2, expect.stringContaining("nothing names the classes of")]);
});

it.each([
  ["one too many", "background\ncat\ndog\nfish\nbird\nbee\nant\n", "has 7 names, and the model 6 classes"],
  ["too few", "cat\ndog\n", "has 2 names, and the model 6 classes"],
  [
    "from 1",
    '{ "1": "a", "2": "b", "3": "c", "4": "d", "5": "e", "6": "f" }',
    "has 6 names, numbered up to 6,",
  ],
])("refuses names of classes that are %s, which would be shifted", async (_, text, message) => {
  await writeFile(at("shifted"), text);
  const args = ["explain", at("in.png"), "--out", at("never.png"), "--labels", at("shifted")];
  const { code, err } = await imago(...args);
  expect(err).toContain(`--labels: ${at("shifted")} ${message}`);
  expect(code).toBe(2);
  expect(await readdir(at("."))).not.toContain("never.png");
});

it("takes scores for logarithms unless they are probabilities", () => {
  expect(probabilities([0.25, 0.75])).toEqual([0.25, 0.75]);
  expect(probabilities([1000, 1000 + Math.log(3)])[1]).toBeCloseTo(0.75, 9);
  expect(probabilities([-1, -1])).toEqual([0.5, 0.5]);
});

it("says which part of a wide image is explained", async () => {
  await writeImage(at("wide.png"), tinyImage(20, 100));
  const { out, err } = await imago("explain", at("wide.png"), "--out", at("why.png"));
  expect(err).toBe("");
  expect(out).toMatch(/^Class \d of the middle 20 × 20 of the image's 100 × 20 pixels, \d+\.\d %/);
});

it.each([
  [["--layer", "second", "--channels", "3-1"], 2, "--channels must be numbers and ranges"],
  [["--layer", "second", "--channels", "0-999999999"], 2, "--channels must be numbers and ranges"],
  [["--layer", "second", "--channels", "9"], 1, 'layer "second" has no channel 9'],
  [["maps", "nothing.png", "--layer", "first"], 1, "Cannot read nothing.png"],
  [["explain", "in.png", "--scores", "first"], 1, "Cannot read in.png"],
  [["explain", "in.png", "--labels", "none.txt"], 1, "--labels: Cannot read none.txt"],
  [["--layer", "second", "--rotate", "200"], 2, "--rotate"],
  [["--layer", "second", "--out", "x.doc"], 1, 'the extension ".doc"'],
])("refuses %j", async (args, expected, message) => {
  const names = await readdir(folder);
  const { code, err } = await imago(...args);
  expect(err).toContain(message);
  expect(code).toBe(expected);
  expect(await readdir(folder)).toEqual(names);
});
