import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import { preparePicture } from "../../../io/images/preparePicture.js";
import { readImage } from "../../../io/images/readImage.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { loadClassifier } from "../../../labs/classify/files/classifierFolder.js";
import { drawnFolder, foreignClassifier } from "../../../labs/classify/testing/drawn.js";
import { loadOnnx } from "../../../nn/files/loadOnnx.js";
import { tinyImage } from "../../../vision/testing/tinyNetwork.js";
import { commands } from "../commands.js";
import { runCli } from "../testing/runCli.js";

let folder: string;
const at = (name: string): string => join(folder, name);
const quick = ["--epochs", "6", "--batch", "8", "--learning-rate", "0.01"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  vi.stubEnv("IMAGO_CACHE", at("models"));
  await drawnFolder(at("drawn"), { each: 20, side: 16 });
  await drawnFolder(at("others"), { each: 10, side: 16, seed: 7 });
  await writeFile(join(at("drawn"), "spot", "broken.png"), "no picture");
  await writeFile(at("other.onnx"), foreignClassifier());
  const { code, err } = await runCli(
    ["classify", "train", at("drawn"), "--out", at("learnt"), ...quick],
    commands,
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe("imago classify train", () => {
  it("says what it has before it begins, what it does, and what came of it", async () => {
    const { code, out } = await runCli(
      ["classify", "train", at("drawn"), "--out", at("told"), ...quick],
      commands,
    );
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]).toBe(`${at("drawn")}: 61 pictures of 3 classes, from class folders`);
    expect(lines.slice(1, 4).map((line) => line.trim().split(/\s+/)[0])).toEqual(["across", "down", "spot"]);
    expect(out).toMatch(/Split by a hash of each path: \d+ to learn, \d+ to validate\./);
    expect(out).toMatch(
      /Network: small, from scratch\.\nPictures: 16 × 16, cropped to the middle where its shape is another; augmentation: light\./,
    );
    expect(out).toMatch(/Left out: 1 picture that cannot be read:\n {2}.*broken\.png.*/);
    expect(out).toMatch(
      /Epoch 6\/6 .* loss \d\.\d{3} {2}accuracy [\d.]+ % {2}validation [\d.]+, [\d.]+ % \(largest class [\d.]+ %\) {2}[\d,]+ pictures\/s, waited \d+ %/,
    );
    expect(out).toMatch(/On the validation pictures:\n[\d.]+ % of \d+ pictures right; balanced [\d.]+ %/);
    expect(out).toMatch(/Saved to .*told\. Use it: (npx )?imago classify PICTURE --model .*told\n$/);
  }, 120_000);

  it("goes on with what is done, and has nothing left to do", async () => {
    const again = ["classify", "train", at("drawn"), "--out", at("learnt"), ...quick];
    const { code, err } = await runCli(again, commands);
    expect(code).toBe(2);
    expect(err).toContain(
      `${at("learnt")} holds a classifier already. Go on with it by --resume, or choose another folder by --out.`,
    );
    const resumed = await runCli([...again, "--resume"], commands);
    expect(resumed).toMatchObject({ code: 0, err: "" });
    expect(resumed.out).not.toContain("Epoch");
    const other = await runCli([...again.slice(0, 5), "--epochs", "9", "--resume"], commands);
    expect(other.err).toContain("was begun with --epochs 6, and would go on with 9.");
  }, 60_000);

  it("takes the network that comes with Imago where one is to be frozen and none is named or pulled", async () => {
    const args = ["classify", "train", at("drawn"), "--freeze", "--epochs", "1", "--out", at("own")];
    const { code, out, err } = await runCli(args, commands);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("imago-tiny");
    expect(out).toContain("Pictures: 64 × 64");
  }, 60_000);

  it("takes the features of a network of others", async () => {
    const args = ["classify", "train", at("drawn"), "--network", at("other.onnx"), "--out", at("frozen")];
    const unknown = await runCli(args, commands);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("--network: nothing says how");
    const { code, out } = await runCli([...args, "--preset", "torchvision"], commands);
    expect(code).toBe(0);
    expect(out).toMatch(/Network: .*other\.onnx, cut at .*; its weights stay, a head is learnt\./);
    expect(out).toMatch(/Learnt the head: validation [\d.]+, [\d.]+ %\./);
    const tuned = await runCli(
      [...args, "--preset", "torchvision", "--fine-tune", "--resume", "--epochs", "1"],
      commands,
    );
    expect(tuned).toMatchObject({ code: 0, err: "" });
    expect(tuned.out).toContain("Epoch 1/1");
    // A network that was trained here is one of others too.
    const own = await runCli(
      ["classify", "train", at("others"), "--network", at("frozen"), "--out", at("second")],
      commands,
    );
    expect(own).toMatchObject({ code: 0, err: "" });
  }, 120_000);

  it.each<[string, readonly string[], string]>([
    ["one class", ["one"], 'There is one class, "only", and nothing to tell it from.'],
    ["nothing", ["empty"], "empty"],
    ["what is not there", ["missing"], "missing"],
    [
      "flags that contradict",
      ["drawn", "--freeze", "--fine-tune"],
      "--freeze and --fine-tune contradict each other",
    ],
    [
      "flags of another network",
      ["drawn", "--network", "small", "--cut", "x"],
      "--cut needs a network of others",
    ],
    ["a network that there is not", ["drawn", "--network", "resnet2"], 'Did you mean "resnet20"?'],
    [
      "a cut that there is not",
      ["drawn", "--network", "other.onnx", "--preset", "caffe", "--cut", "x"],
      "--cut: ",
    ],
    [
      "a group that is no expression",
      ["drawn", "--group", "("],
      '--group must be a folder level or a regular expression, received "(".',
    ],
    [
      "a way to prepare pictures that nobody asks for",
      ["drawn", "--preset", "caffe"],
      "--preset and what else says",
    ],
  ])("refuses %s before it begins", async (_, [pictures = "", ...flags], message) => {
    await mkdir(at("empty"), { recursive: true });
    await mkdir(join(at("one"), "only"), { recursive: true });
    await writeImage(join(at("one"), "only", "a.png"), tinyImage(16, 16));
    const given = flags.map((flag) => (flag.endsWith(".onnx") ? at(flag) : flag));
    const { code, err } = await runCli(
      ["classify", "train", at(pictures), "--out", at("never"), ...given],
      commands,
    );
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(message);
    expect(await readdir(folder)).not.toContain("never");
  });
});

describe("imago classify", () => {
  const picture = (): string => join(at("others"), "down", "3.png");

  it("tells what is on pictures, likeliest first", async () => {
    const { code, out } = await runCli(
      ["classify", picture(), "--model", at("learnt"), "--top", "2"],
      commands,
    );
    expect(code).toBe(0);
    const [name, first, second] = out.split("\n");
    expect(name).toBe(picture());
    expect(first).toMatch(/^ {2}down +\d+\.\d %$/);
    expect(second).toMatch(/^ {2}\w+ +\d+\.\d %$/);
  });

  it("says it as JSON, and goes on behind a picture that cannot be read", async () => {
    const broken = join(at("drawn"), "spot", "broken.png");
    const { code, out } = await runCli(
      ["classify", broken, picture(), "--json", "--model", at("learnt")],
      commands,
    );
    expect(code).toBe(1);
    const [first, second] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toEqual({ image: broken, error: expect.stringContaining("broken.png") });
    expect(second).toMatchObject({ image: picture(), classes: [{ name: "down", label: 1 }, {}, {}] });
  });

  it("exports weights in half precision", async () => {
    const [whole, half] = [at("whole.onnx"), at("half.onnx")];
    await runCli(["classify", "export", at("learnt"), "--out", whole], commands);
    const said = await runCli(
      ["classify", "export", at("learnt"), "--out", half, "--weights", "float16"],
      commands,
    );
    expect(said).toMatchObject({ code: 0, err: "" });
    const sizes = await Promise.all([whole, half].map(async (path) => (await stat(path)).size));
    expect((sizes[1] as number) / (sizes[0] as number)).toBeLessThan(0.7);
    const answers = await Promise.all(
      [whole, half].map((model) => runCli(["classify", picture(), "--json", "--model", model], commands)),
    );
    const shares = answers.map(({ out }) =>
      (JSON.parse(out) as { classes: readonly { name: string; probability: number }[] }).classes
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ probability }) => probability),
    );
    (shares[1] as number[]).forEach((share, at) => {
      expect(share).toBeCloseTo(shares[0]?.[at] as number, 2);
    });
    const wrong = await runCli(["classify", "export", at("learnt"), "--weights", "half"], commands);
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toContain('--weights must be float32 or float16, received "half".');
  });

  it("gives the same probabilities by the folder, the exported file and ONNX Runtime alone", async () => {
    const out = at("learnt.onnx");
    const exported = await runCli(["classify", "export", at("learnt"), "--out", out], commands);
    expect(exported).toMatchObject({ code: 0, err: "" });
    expect(exported.out).toContain(
      "input pixels [batch, 16, 16, 3] from 0 to 255, output classes [batch, 3].",
    );
    const answers = async (model: string) => {
      const said = await runCli(["classify", picture(), "--json", "--model", model], commands);
      expect(said).toMatchObject({ code: 0, err: "" });
      return (JSON.parse(said.out) as { classes: readonly { name: string; probability: number }[] }).classes;
    };
    const byFolder = await answers(at("learnt"));
    const byFile = await answers(out);
    const file = await loadOnnx(out);
    expect(JSON.parse(file.description.metadata.classes ?? "")).toEqual(["across", "down", "spot"]);
    const { graph } = file.read({ inputShapes: { pixels: [1, 16, 16, 3] } });
    const program = await (await nodeRuntime()).compile(graph);
    const pixels = (await preparePicture(picture(), { size: 16 })).cast("float32").reshape([1, 16, 16, 3]);
    const { classes } = await program.run({ pixels });
    for (const { name, probability } of byFolder) {
      expect(byFile.find((one) => one.name === name)?.probability).toBeCloseTo(probability, 5);
      const label = ["across", "down", "spot"].indexOf(name);
      expect(Number(classes?.data[label])).toBeCloseTo(probability, 5);
    }
    await program.dispose();
  });

  it("asks how a network wants its pictures, and for pictures", async () => {
    const none = await runCli(["classify", "--model", at("learnt")], commands);
    expect(none).toMatchObject({ code: 2 });
    expect(none.err).toContain("Name pictures, or a command: train, evaluate or export.");
    const unknown = await runCli(["classify", picture(), "--model", at("other.onnx")], commands);
    expect(unknown.err).toContain("Nothing says how");
    const known = await runCli(
      ["classify", picture(), "--model", at("other.onnx"), "--preset", "keras"],
      commands,
    );
    expect(known).toMatchObject({ code: 0, err: "" });
    expect(known.out.split("\n")).toHaveLength(7);
  });
});

describe("imago classify evaluate", () => {
  it("writes what is taken for what", async () => {
    const out = at("evaluation");
    const { code, out: said } = await runCli(
      ["classify", "evaluate", at("learnt"), at("others"), "--out", out],
      commands,
    );
    expect(code).toBe(0);
    expect(said).toMatch(/Looked at 30 pictures: all\.\n[\d.]+ % of 30 pictures right; balanced/);
    const [accuracy = 0] = /([\d.]+) % of 30/.exec(said)?.slice(1).map(Number) ?? [];
    expect(accuracy).toBeGreaterThan(80);
    const matrix = (await readFile(join(out, "confusion.csv"), "utf8"))
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => row.split(",").slice(1).map(Number));
    expect(matrix.flat().reduce((a, b) => a + b)).toBe(30);
    const right = matrix.reduce((sum, row, label) => sum + (row[label] as number), 0);
    expect((100 * right) / 30).toBeCloseTo(accuracy, 0);
    expect((await readImage(join(out, "confusion.png"))).shape[2]).toBe(3);
    expect(await readFile(join(out, "classes.csv"), "utf8")).toMatch(
      /^number,class,pictures,precision,recall\n0,across,10,/,
    );
    const mistakes = (await readFile(join(out, "mistakes.csv"), "utf8")).trim().split("\n").length - 1;
    expect(mistakes).toBe(30 - right);
    expect((await readdir(out)).includes("mistakes.png")).toBe(mistakes > 0);
  }, 60_000);

  it("says how many of the pictures were learnt from, and how the others did", async () => {
    const call = ["classify", "evaluate", at("learnt"), at("drawn"), "--out", at("flattering")];
    const { out } = await runCli(call, commands);
    const found = /learnt from (\d+) of these pictures; of the other (\d+), ([\d.]+) % were right\./.exec(
      out,
    );
    const [known = 0, others = 0] = found?.slice(1).map(Number) ?? [];
    expect(known + others).toBe(60);
    const { learnt } = await loadClassifier(at("learnt"));
    expect(learnt?.size).toBe(known);
    const part = await runCli([...call, "--part", "train"], commands);
    expect(part.out).toContain(
      `It has learnt from all of these ${known} pictures: on others it will do worse.`,
    );
    const unseen = await runCli([...call, "--part", "val"], commands);
    expect(unseen.out).not.toContain("It has learnt");
    expect(unseen.out).toContain(`${found?.[3]} % of ${others} pictures right`);
  }, 60_000);

  it("writes over nothing of others, and leaves nothing of an earlier evaluation", async () => {
    await mkdir(at("precious"), { recursive: true });
    await writeFile(join(at("precious"), "classes.csv"), "mine");
    const call = ["classify", "evaluate", at("learnt"), at("others"), "--out"];
    const foreign = await runCli([...call, at("precious")], commands);
    expect(foreign).toMatchObject({ code: 2, out: "" });
    expect(foreign.err).toContain("precious is not empty: it holds classes.csv. Choose another folder.");
    expect(await readFile(join(at("precious"), "classes.csv"), "utf8")).toBe("mine");
    const file = await runCli([...call, join(at("precious"), "classes.csv")], commands);
    expect(file.err).toContain("--out: ");
    expect(file.err).toContain("is a file. Name a folder.");
    const again = await runCli([...call, at("evaluation")], commands);
    expect(again).toMatchObject({ code: 0, err: "" });
  }, 60_000);

  it("tells a part of a folder from its classes", async () => {
    await drawnFolder(join(at("parts"), "test"), { each: 2, side: 16 });
    const alone = await runCli(
      ["classify", "evaluate", at("learnt"), at("parts"), "--out", at("no")],
      commands,
    );
    expect(alone.err).toContain(`Name the part itself: ${join(at("parts"), "test")}.`);
    // Of its train the classifier knows more than there is.
    await drawnFolder(join(at("parts"), "train"), { each: 1, side: 16 });
    await rm(join(at("parts"), "train", "spot"), { recursive: true });
    const part = await runCli(
      ["classify", "evaluate", at("learnt"), at("parts"), "--out", at("part")],
      commands,
    );
    expect(part).toMatchObject({ code: 0, err: "" });
    expect(part.out).toContain("Looked at 6 pictures: test.");
  }, 60_000);

  it("matches classes by name, and names those that it does not know", async () => {
    await drawnFolder(at("strange"), { each: 2, side: 16 });
    await mkdir(join(at("strange"), "zebra"), { recursive: true });
    await writeImage(join(at("strange"), "zebra", "a.png"), tinyImage(16, 16));
    const { err, code } = await runCli(
      ["classify", "evaluate", at("learnt"), at("strange"), "--out", at("no")],
      commands,
    );
    expect(code).toBe(1);
    expect(err).toContain('has a class that the classifier does not know: "zebra".');
    await rm(join(at("strange"), "across"), { recursive: true });
    await rm(join(at("strange"), "zebra"), { recursive: true });
    const fewer = await runCli(
      ["classify", "evaluate", at("learnt"), at("strange"), "--out", at("fewer")],
      commands,
    );
    expect(fewer).toMatchObject({ code: 0, err: "" });
    // Two pictures of "down" are in its row, and not in that of the class that is not there.
    expect(await readFile(join(at("fewer"), "classes.csv"), "utf8")).toMatch(
      /0,across,0,.*\n1,down,2,.*\n2,spot,2,/,
    );
  }, 60_000);
});

it("other commands take what was learnt by its folder", async () => {
  await writeImage(at("in.png"), tinyImage(40, 40));
  const args = [at("in.png"), "--model", at("learnt"), "--out", at("dream.png")];
  const dream = await runCli(["dream", ...args, "--octaves", "1", "--steps", "1"], commands);
  expect(dream).toMatchObject({ code: 0, err: "" });
  const explained = await runCli(["filters", "explain", ...args.with(-1, at("explained.png"))], commands);
  expect(explained).toMatchObject({ code: 0, err: "" });
  expect(explained.out).toMatch(/Class [012] \((across|down|spot)\)/);
  const { classifier } = await loadClassifier(at("learnt"));
  await classifier.dispose();
}, 60_000);
