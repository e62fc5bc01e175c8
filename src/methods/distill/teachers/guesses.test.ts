import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { lambda } from "../../../nn/layers/core/lambda.js";
import { exportOnnx } from "../../../nn/models/exportOnnx.js";
import { type Model, model } from "../../../nn/models/model.js";
import { OnnxModel } from "../../../nn/models/onnxModel.js";
import { sequential } from "../../../nn/models/sequential.js";
import { distill } from "../distill.js";
import { softTargets } from "../files/softTargets.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-guesses-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A network whose outputs are its inputs, and whose graph shows nothing. */
function echo(width: number): Model {
  const at = input({ shape: [width], name: "numbers" });
  const output = lambda(([value]) => value as never, { name: "answer" })(at);
  return model({ inputs: { numbers: at }, outputs: { answer: output }, name: "echo" }) as Model;
}

const student = (width: number): Model =>
  sequential([
    { inputShape: [width] },
    dense({ units: width, activation: width === 1 ? "sigmoid" : "softmax", name: "answer" }),
  ]);

const rows = (...all: number[][]): Tensor<"float32"> =>
  new Tensor("float32", [all.length, all[0]?.length ?? 0], Float32Array.from(all.flat()));

const mild = rows([0.2], [0.9]);
const strong = rows([3], [-2]);

function under(width: number, more: object = {}) {
  const told: string[] = [];
  const options = {
    teacher: echo(width),
    student: student(width),
    onWarning: (text: string) => told.push(text),
  };
  const training = distill({ ...options, ...more } as never);
  training.compile();
  return { training, told };
}

describe("a single number whose graph shows nothing", () => {
  const warning =
    'The first values of the output "answer" of the teacher "echo" are single numbers from 0 to 1, so they are taken for ' +
    'probabilities. Say so by teacherGives: "probabilities"; if they are logits or other numbers, by teacherGives: "logits".';

  it("is taken for a probability with one warning, and found out when it is none", async () => {
    const { training, told } = under(1);
    await training.evaluate(mild, null);
    await training.evaluate(mild, null);
    expect(training.warnings).toEqual([warning]);
    expect(told).toEqual([warning]);
    const text =
      'the teacher "echo": its output "answer" was taken for probabilities, which its first values look like, and now ' +
      'holds 3. If these are logits or other numbers, give teacherGives: "logits".';
    await expect(training.evaluate(strong, null)).rejects.toThrow(text);
    await expect(training.report(strong, [1, 0])).rejects.toThrow(text);
  });

  it("makes no warning where values leave no doubt, or it was said", async () => {
    for (const more of [{ first: strong }, { teacherGives: "logits" }, { teacherGives: "probabilities" }]) {
      const { first = mild, ...options } = more as { first?: Tensor };
      const { training, told } = under(1, options);
      await training.evaluate(first as never, null);
      expect(told).toEqual([]);
    }
  });

  it("that is said to be a probability is looked at too", async () => {
    const { training } = under(1, { teacherGives: "probabilities" });
    await expect(training.evaluate(strong, null)).rejects.toThrow("as teacherGives says, and holds 3.");
  });
});

describe("rows of several classes", () => {
  it("that stop adding up to 1 are found out", async () => {
    const { training, told } = under(3);
    await training.evaluate(rows([0.2, 0.3, 0.5]), null);
    expect(told).toEqual([]);
    await expect(training.evaluate(rows([0.2, 0.3, 0.5], [0.6, 0.7, 0.9]), null)).rejects.toThrow(
      "and now holds a row that adds up to 2.2. If these are logits",
    );
    await expect(training.evaluate(rows([0.2, -0.3, 1.1]), null)).rejects.toThrow("and now holds -0.3");
    // As far off as half-precision networks are.
    await training.evaluate(rows([0.2, 0.3, 0.504]), null);
  });
});

describe("kept targets", () => {
  const teacher = new OnnxModel(exportOnnx(echo(1)));

  it("keep the warning, and what was said of the teacher", async () => {
    const file = join(folder, "kept");
    const told: string[] = [];
    const kept = await softTargets(teacher, mild, { file, onWarning: (text) => told.push(text) });
    expect(told).toHaveLength(1);
    expect(distill({ teacher: kept, student: student(1) }).warnings).toEqual(told);
    await expect(softTargets(teacher, mild, { file, teacherGives: "logits" })).rejects.toThrow(
      "holds targets of the same teacher under another teacherGives. Give another file",
    );
    expect(() => distill({ teacher: kept, student: student(1), teacherGives: "logits" })).toThrow(
      "teacherGives serves teachers that run, and soft targets are logits. Give it to softTargets",
    );
  });

  it("are told by the first values where work goes on in the middle", async () => {
    const data = rows([3], [-2], [0.2], [0.9]);
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    await softTargets(teacher, data, { file: whole, batchSize: 2 });
    const stop = new AbortController();
    const first = softTargets(teacher, data, {
      file: parts,
      batchSize: 2,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(first).rejects.toThrow();
    await stat(`${parts}.partial`);
    await softTargets(teacher, data, { file: parts, batchSize: 2 });
    expect((await readFile(parts)).equals(await readFile(whole))).toBe(true);
  });
});
