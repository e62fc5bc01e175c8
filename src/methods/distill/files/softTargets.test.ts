import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Generator } from "../../../engine/random/generator.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { weightsOf } from "../../../nn/models/serialize.js";
import { distill } from "../distill.js";
import type { SoftTargets } from "../teachers/softTargets.js";
import { blobs, network, taught } from "../testing/blobs.js";
import { readSoftTargets } from "./readSoftTargets.js";
import { softTargets } from "./softTargets.js";

const { x, y } = blobs(90, 2);
const adam = { name: "adam", config: { learningRate: 0.01 } } as const;
const augment = ([sample]: readonly Tensor[], random: Generator): Tensor[] => [
  new Tensor(
    "float32",
    [4],
    Float32Array.from(toNumbers(sample as Tensor), (one) => one + random.normal(0, 0.3)),
  ),
];
let teacher: Model;
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  teacher = await taught();
  folder = await mkdtemp(join(tmpdir(), "imago-targets-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function train(given: Model | SoftTargets, more: object = {}): Promise<Model> {
  const student = network(8, 1);
  const training = distill({ teacher: given, student, ...more });
  training.compile({ optimizer: adam });
  await training.fit(x, y, { epochs: 4, batchSize: 30 });
  return student;
}

function expectSameWeights(a: Model, b: Model): void {
  const other = weightsOf(b);
  for (const [path, tensor] of Object.entries(weightsOf(a))) {
    const wanted = toNumbers(other[path] as Tensor);
    Array.from(toNumbers(tensor)).forEach((value, index) => {
      expect(value).toBeCloseTo(wanted[index] as number, 4);
    });
  }
}

describe("soft targets", () => {
  it("are computed once, and read by row number whatever the order of batches", async () => {
    const file = at("plain.safetensors");
    const progress: [number, number][] = [];
    const kept = await softTargets(teacher, x, {
      file,
      batchSize: 40,
      onProgress: (...both) => progress.push(both),
    });
    expect(progress).toEqual([
      [40, 90],
      [80, 90],
      [90, 90],
    ]);
    expectSameWeights(await train(kept), await train(teacher));
    const again = await softTargets(teacher, x, { file, onProgress: () => expect.fail("computed again") });
    expect(again.info).toEqual(kept.info);
    expect((await readdir(folder)).filter((name) => name.startsWith("plain"))).toEqual(["plain.safetensors"]);
  });

  it("are computed by one at a time", async () => {
    const file = at("both.safetensors");
    const both = await Promise.allSettled([
      softTargets(teacher, x, { file }),
      softTargets(teacher, x, { file }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = both.find((one) => one.status === "rejected");
    expect(String(refused?.reason)).toContain(`Cannot write ${file}: this very process`);
    expect((await readdir(folder)).filter((name) => name.startsWith("both"))).toEqual(["both.safetensors"]);
  });

  it("of augmented views are what a live teacher says of them", async () => {
    const views = { augment, views: 3, seed: 7 };
    const kept = await softTargets(teacher, x, { file: at("views.safetensors"), ...views });
    expect(kept.logits("answer").shape).toEqual([90, 3]);
    expectSameWeights(await train(kept, views), await train(teacher, views));
    expect(() => distill({ teacher: kept, student: network(8, 1) })).toThrow("are of 3 augmented views");
    expect(() => distill({ teacher: kept, student: network(8, 1), ...views, seed: 8 })).toThrow(
      "under seed 7",
    );
    const other = (inputs: readonly Tensor[]) => inputs;
    await expect(train(kept, { ...views, augment: other })).rejects.toThrow("augment makes other views");
  });

  it("of several teachers keep each one's", async () => {
    const other = await taught(6, 11);
    const kept = await softTargets([teacher, other], x, { file: at("two.safetensors") });
    expect(kept.info.count).toBe(2);
    const live = distill({ teacher: [teacher, other], student: network(8, 1) });
    live.compile({ optimizer: adam });
    await live.fit(x, y, { epochs: 4, batchSize: 30 });
    expectSameWeights(await train(kept), live.student);
  });

  it("of other data are refused before work begins", async () => {
    const kept = await softTargets(teacher, x, { file: at("digest.safetensors") });
    const student = network(8, 1);
    const before = toNumbers(weightsOf(student)["hidden/kernel"] as Tensor);
    const training = distill({ teacher: kept, student });
    training.compile({ optimizer: adam });
    const changed = new Tensor("float32", x.shape, x.data.slice());
    changed.data[5] = 9;
    await expect(training.fit(changed, y)).rejects.toThrow("the soft targets are of other data");
    const fewer = blobs(60, 2);
    await expect(training.fit(fewer.x, fewer.y)).rejects.toThrow("90 rows, and these are 60");
    expect(toNumbers(weightsOf(student)["hidden/kernel"] as Tensor)).toEqual(before);
    await expect(softTargets(teacher, changed, { file: at("digest.safetensors") })).rejects.toThrow(
      "of other data",
    );
    const other = await taught(6, 11);
    await expect(softTargets(other, x, { file: at("digest.safetensors") })).rejects.toThrow(
      "of another teacher",
    );
    await expect(training.fit((() => [[x, y]]) as never)).rejects.toThrow("need data in memory");
  });

  it("have validation rows of the same data, and labels alone for others", async () => {
    const kept = await softTargets(teacher, x, { file: at("validation.safetensors") });
    const training = distill({ teacher: kept, student: network(8, 1) });
    training.compile({ optimizer: adam });
    const split = await training.fit(x, y, { validationSplit: 0.2 });
    expect(Object.keys(split.history)).toEqual(["loss", "divergence", "val_loss", "val_divergence"]);
    const test = blobs(40, 3);
    const { history } = await training.fit(x, y, { validationData: [test.x, test.y] });
    expect(Object.keys(history)).toEqual(["loss", "divergence", "val_loss"]);
    expect((await training.report(test.x, test.y)).teacher).toBeUndefined();
  });
});

describe("work that is interrupted", () => {
  it.each([0, 1, 17, 60, 400, 900])(
    "goes on and ends with the same bytes: %i bytes short",
    async (missing) => {
      const whole = at(`whole-${missing}.safetensors`);
      const settings = { batchSize: 20, augment, views: 2, seed: 3 };
      await softTargets(teacher, x, { file: whole, ...settings });
      const file = at(`parts-${missing}.safetensors`);
      const stop = new AbortController();
      const onProgress = (done: number) => {
        if (done >= 110) stop.abort();
      };
      const first = softTargets(teacher, x, { file, ...settings, onProgress, signal: stop.signal });
      await expect(first).rejects.toThrow();
      const { size } = await stat(`${file}.partial`);
      await truncate(`${file}.partial`, size - missing);
      const done: number[] = [];
      await softTargets(teacher, x, { file, ...settings, onProgress: (count) => done.push(count) });
      expect(done.length).toBeLessThan(10);
      expect((await readFile(file)).equals(await readFile(whole))).toBe(true);
      await expect(stat(`${file}.partial`)).rejects.toThrow();
    },
  );

  it("computes again what was altered in unfinished work, and refuses another file in its place", async () => {
    const [whole, file] = [at("sound.safetensors"), at("altered.safetensors")];
    await softTargets(teacher, x, { file: whole, batchSize: 10 });
    const stop = new AbortController();
    const onProgress = (done: number) => {
      if (done >= 60) stop.abort();
    };
    const first = softTargets(teacher, x, { file, batchSize: 10, onProgress, signal: stop.signal });
    await expect(first).rejects.toThrow();
    const bytes = await readFile(`${file}.partial`);
    const start = bytes.indexOf(10) + 1;
    const batch = (bytes.length - start) / 6;
    bytes[start + 3 * batch + 5]! ^= 1;
    await writeFile(`${file}.partial`, bytes);
    const done: number[] = [];
    await softTargets(teacher, x, { file, batchSize: 10, onProgress: (count) => done.push(count) });
    expect(done).toEqual([40, 50, 60, 70, 80, 90]);
    expect((await readFile(file)).equals(await readFile(whole))).toBe(true);
    const other = at("letter.safetensors");
    await writeFile(`${other}.partial`, "a letter without an end of line");
    await expect(softTargets(teacher, x, { file: other })).rejects.toThrow("is no unfinished work");
    expect(await readFile(`${other}.partial`, "utf8")).toBe("a letter without an end of line");
  });

  it("begins anew where not even the first line was written, and refuses other work", async () => {
    const file = at("short.safetensors");
    await writeFile(`${file}.partial`, '{"work":');
    await softTargets(teacher, x, { file });
    const other = at("other.safetensors");
    await writeFile(`${other}.partial`, '{"work":{"data":"x"},"row":[]}\n');
    await expect(softTargets(teacher, x, { file: other })).rejects.toThrow("unfinished work on other data");
    await writeFile(`${other}.partial`, "nonsense\n");
    await expect(softTargets(teacher, x, { file: other })).rejects.toThrow("no unfinished work");
  });
});

describe("bad calls", () => {
  it.each([null, 5, "x", []])("%s is no set of options", async (given) => {
    await expect(softTargets(teacher, x, given as never)).rejects.toThrow("options must be an object");
    await expect(softTargets(given as never, x, { file: at("no") })).rejects.toThrow(
      "teacher must be a Model",
    );
  });

  it("are refused by name", async () => {
    await expect(softTargets(teacher, x, {} as never)).rejects.toThrow("file is required");
    await expect(softTargets(teacher, x, { file: at("no"), views: 2 })).rejects.toThrow("give augment too");
    await expect(softTargets(teacher, { z: x }, { file: at("no") })).rejects.toThrow('there is no "z"');
    await expect(readSoftTargets(at("none"))).rejects.toThrow("none");
    await expect(readSoftTargets(5 as never)).rejects.toThrow("file must be a path");
    await writeFile(at("cut"), (await readFile(at("plain.safetensors"))).subarray(0, 700));
    await expect(readSoftTargets(at("cut"))).rejects.toThrow("truncated");
  });
});
