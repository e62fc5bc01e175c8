import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { drawnFolder, foreignClassifier } from "../../../labs/classify/testing/drawn.js";
import type { DistillReport } from "../../../methods/distill/report/reportOptions.js";
import { commands } from "../commands.js";
import { runCli } from "../testing/runCli.js";

let folder: string;
const at = (name: string): string => join(folder, name);
const quick = ["--epochs", "3", "--batch", "8", "--learning-rate", "0.01"];
const cli = (...args: readonly string[]) => runCli(args, commands);
const distil = (out: string, ...flags: readonly string[]) =>
  cli("distill", at("teacher"), "--data", at("drawn"), "--out", at(out), ...quick, ...flags);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  vi.stubEnv("IMAGO_CACHE", at("models"));
  await drawnFolder(at("drawn"), { each: 16, side: 20 });
  await writeFile(at("other.onnx"), foreignClassifier());
  const { code, err } = await cli("classify", "train", at("drawn"), "--out", at("teacher"), ...quick);
  expect({ code, err }).toEqual({ code: 0, err: "" });
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe("imago distill", () => {
  it("says who learns what from whom, and what that brought", async () => {
    const { code, out, err } = await distil("student", "--size", "12");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^\S+drawn: 48 pictures of 3 classes, from class folders\n/);
    expect(out).toMatch(
      /Teacher: \S+teacher \(small, from scratch\), [\d,]+ weights, looks at 20 × 20 pixels\.\n/,
    );
    expect(out).toMatch(
      /Student: small, [\d,]+ weights \([\d.]+ % of its teacher's\), looks at 12 × 12 pixels\.\n/,
    );
    expect(out).toContain(
      "Pictures: made ready at 20 × 20, changed at random (light), for teacher and student alike.\n",
    );
    expect(out).toContain("The student and its teacher: at most 3 epochs of batches of 8, rate up to 0.01;");
    expect(out.match(/Epoch 3\/3 .* divergence [\d.]+ {2}validation/g)).toHaveLength(1);
    expect(out).toContain("The same student without a teacher, to compare: at most 3 epochs");
    expect(out).toMatch(/Measuring on \d+ validation pictures, by which the best epochs were chosen/);
    expect(out).toMatch(/student alone +[\d.]+ %/);
    expect(out).toMatch(/student distilled +[\d.]+ %/);
    expect(out).toMatch(/teacher and student agree on [\d.]+ % of the samples/);
    expect(out).toMatch(
      /Saved to \S+student, with report\.json and entropy\.svg\. Use it: (npx )?imago classify/,
    );
    const report = JSON.parse(await readFile(join(at("student"), "report.json"), "utf8")) as DistillReport;
    expect(report.entropies).toHaveLength(5);
    expect(report.student.parameters).toBe(report.alone?.parameters);
    expect(await readFile(join(at("student"), "entropy.svg"), "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  }, 60_000);

  it("makes a classifier that other commands use", async () => {
    const picture = join(at("drawn"), "spot", "0.png");
    const shown = await cli("classify", picture, "--model", at("student"));
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(shown.out.split("\n")).toHaveLength(5);
    const exported = await cli("classify", "export", at("student"), "--out", at("student.onnx"));
    expect(exported.out).toContain(
      "input pixels [batch, 20, 20, 3] from 0 to 255, output classes [batch, 3]",
    );
    const evaluated = await cli("classify", "evaluate", at("student"), at("drawn"), "--out", at("ev"));
    expect(evaluated).toMatchObject({ code: 0, err: "" });
    const further = await cli("classify", "train", at("drawn"), "--out", at("student"), "--resume");
    expect(further.err).toContain("holds a classifier that no training is recorded of");
  }, 60_000);

  it("teaches by several, a file among them, and compares with none where it is told", async () => {
    const { code, out, err } = await cli(
      ...["distill", at("teacher"), at("student.onnx"), "--data", at("drawn"), "--out", at("several")],
      ...[...quick, "--no-alone", "--no-cache", "--augment", "none", "--student", "resnet20"],
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/^Teacher: /gm)).toHaveLength(2);
    expect(out).toMatch(/Student: resnet20, [\d,]+ weights \([\d.]+ (% of|times as many as) its teachers/);
    expect(out).toContain("Pictures: made ready at 20 × 20, as they are.");
    expect(out).toContain("mean of probabilities");
    expect(out).not.toContain("without a teacher");
    expect(await readdir(at("several"))).not.toContain("alone");
  }, 60_000);

  it("goes on where it was interrupted, by the line that it said", async () => {
    const stop = setInterval(() => {
      if (existsSync(join(at("cut"), "classifier.json"))) process.emit("SIGTERM");
    }, 20);
    const first = await distil("cut", "--temperature", "3", "--epochs", "6");
    clearInterval(stop);
    expect(first).toMatchObject({ code: 1, err: "" });
    const line = /Go on with: (?:npx )?imago (.*)\n/.exec(first.out)?.[1] ?? "";
    expect(line).toContain("--temperature 3");
    expect(line).toMatch(/ --resume$/);
    const second = await cli(...line.split(" "));
    expect(second).toMatchObject({ code: 0, err: "" });
    await distil("whole", "--temperature", "3", "--epochs", "6");
    for (const name of ["weights.safetensors", join("alone", "weights.safetensors")]) {
      const [cut, whole] = [await readFile(join(at("cut"), name)), await readFile(join(at("whole"), name))];
      expect(cut.equals(whole)).toBe(true);
    }
    const third = await cli(...line.split(" "));
    expect(third).toMatchObject({ code: 0, err: "" });
    expect(third.out).not.toContain("Epoch");
    expect(third.out).toContain("student distilled");
  }, 120_000);

  it.each<[string, readonly string[], readonly string[], string]>([
    ["no teacher", [], [], "missing required argument 'teachers'"],
    ["a teacher that nobody says how to show pictures", ["other.onnx"], [], "<teachers>: Nothing says how"],
    [
      "a teacher of classes without names",
      ["other.onnx"],
      ["--preset", "keras"],
      "other.onnx has no names for its classes, and classes are matched by their names. Train it on them first, by `imago classify train ",
    ],
    ["a teacher that is not there", ["teacher", "none.onnx"], [], "<teachers>: "],
    [
      "a student that there is not",
      ["teacher"],
      ["--student", "resnet50"],
      "--student must be small, smallXception, resnet20 or mobilenetV2",
    ],
    ["a group that is no expression", ["teacher"], ["--group", "("], "--group must be a folder level"],
    ["a temperature of nothing", ["teacher"], ["--temperature", "0"], "--temperature must be"],
    ["a share above one", ["teacher"], ["--alpha", "1.5"], "--alpha must be"],
    ["pictures that are not there", ["teacher"], ["--data", "none"], "none"],
  ])("refuses %s before it begins", async (_, teachers, flags, message) => {
    const paths = teachers.map(at);
    const given = flags.map((flag) => (flag === "none" ? at(flag) : flag));
    const data = flags.includes("--data") ? [] : ["--data", at("drawn")];
    const { code, err } = await cli("distill", ...paths, ...data, "--out", at("never"), ...given);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(message);
    expect(await readdir(folder)).not.toContain("never");
  });

  it("matches classes by name, and names those that a teacher does not know", async () => {
    await drawnFolder(at("strange"), { each: 4, side: 16 });
    const strange = ["distill", at("teacher"), "--data", at("strange"), "--out", at("never")];
    await rm(join(at("strange"), "across"), { recursive: true });
    const fewer = await cli(...strange.with(-1, at("fewer")), ...quick, "--no-alone", "--epochs", "1");
    expect(fewer.out).toContain("; 1 of its classes are not in the folder, and left out.");
    await drawnFolder(join(at("strange"), "zebra"), { each: 1, side: 16 });
    const { err, code } = await cli(...strange);
    expect(code).toBe(1);
    expect(err).toContain('does not know the class "zebra"');
    const none = await cli("distill", at("fewer"), "--data", at("zebras"), "--out", at("never"));
    expect(none.err).toContain("zebras");
  }, 60_000);

  it("refuses a folder that holds something, and teachers that are not those it was begun with", async () => {
    const again = await distil("student");
    expect(again.code).toBe(2);
    expect(again.err).toContain("Go on with it by --resume, or choose another folder by --out.");
    const other = await cli(
      ...[
        "distill",
        at("student"),
        "--data",
        at("drawn"),
        "--out",
        at("student"),
        "--size",
        "12",
        "--resume",
      ],
      ...quick,
    );
    expect(other.err).toContain("was begun with the teacher");
    const plain = await distil("teacher", "--resume");
    expect(plain.err).toContain("holds a classifier that was not distilled");
  }, 60_000);
});
