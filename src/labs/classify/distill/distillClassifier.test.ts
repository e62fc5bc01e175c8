import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Callback } from "../../../nn/training/callback.js";
import { Classifier } from "../classifier.js";
import { loadClassifier } from "../files/classifierFolder.js";
import { drawnClasses, drawnData } from "../testing/drawn.js";
import { trainClassifier } from "../training/trainClassifier.js";
import { distillClassifier } from "./distillClassifier.js";
import type { DistillEvent } from "./distillOptions.js";
import { teacherModel } from "./teacherModel.js";

const data = drawnData({ each: 16 });
const quick = { epochs: 3, batchSize: 8, learningRate: 0.01, augment: "none" } as const;

let folder: string;
let teacher: Classifier;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  ({ classifier: teacher } = await trainClassifier(data, { ...quick, epochs: 8 }));
}, 60_000);
afterAll(async () => {
  await teacher.dispose();
  await rm(folder, { recursive: true, force: true });
});

const named = (classifier: Classifier, name = "teacher") => ({ name, classifier });
const renamed = (classes: readonly string[]): Classifier =>
  new Classifier(teacher.model, { ...teacher.record, classes });

describe("distillClassifier", () => {
  it("gives a classifier that agrees with its teacher, and says what that brought", async () => {
    const events: DistillEvent[] = [];
    const { classifier, report } = await distillClassifier(data, [named(teacher)], {
      ...quick,
      epochs: 10,
      folder: at("student"),
      onEvent: (event) => events.push(event),
    });
    expect(report?.samples).toBe(24);
    expect(report?.agreement).toBeGreaterThan(0.8);
    expect(report?.alone?.parameters).toBe(report?.student.parameters);
    expect(report?.entropies.map(({ temperature }) => temperature)).toEqual([1, 2, 4, 8, 20]);
    // Pictures are the same in each epoch: the teacher is asked once.
    expect(events).toContainEqual({ kind: "answers", done: 48, total: 48 });
    const others = events.filter(({ kind }) => kind !== "answers").map(({ kind }) => kind);
    expect(others).toEqual(["plan", "trained", "plan", "trained", "measuring"]);
    expect(classifier.record.network).toBe("small, distilled from teacher");
    expect((await readdir(at("student"))).sort()).toEqual(
      [
        "alone",
        "classifier.json",
        "distill.json",
        "entropy.svg",
        "features",
        "model.json",
        "previous",
        "report.json",
      ].concat("weights.safetensors"),
    );
    // It is a classifier as others are.
    const { classifier: loaded, record } = await loadClassifier(at("student"));
    expect(record).toBeUndefined();
    const picture = Tensor.full([16, 16, 3], 90);
    expect((await loaded.probabilities(picture)).data).toEqual(
      (await classifier.probabilities(picture)).data,
    );
    await loaded.dispose();
    await classifier.dispose();
  }, 60_000);

  it.each(["none", "light"] as const)(
    "ends with the same bytes where it was interrupted, augmentation %s",
    async (augment) => {
      const [first, second] = [`whole-${augment}`, `cut-${augment}`];
      const bytes = (name: string, role = "") => readFile(join(at(name), role, "weights.safetensors"));
      const whole = await distillClassifier(data, [named(teacher)], { ...quick, augment, folder: at(first) });
      await whole.classifier.dispose();
      const cut = async (after: number, resume: boolean) => {
        const control = new AbortController();
        let steps = 0;
        const stop: Callback = {
          name: "cut",
          onBatchEnd: () => {
            if (++steps === after) control.abort();
          },
        };
        const { classifier, stopped, report } = await distillClassifier(data, [named(teacher)], {
          ...quick,
          ...{ augment, folder: at(second), resume, signal: control.signal, callbacks: () => [stop] },
        });
        await classifier.dispose();
        return { stopped, report };
      };
      expect(await cut(9, false)).toMatchObject({ stopped: "aborted", report: undefined });
      expect(await cut(12, true)).toMatchObject({ stopped: "aborted", report: undefined });
      expect(await readdir(at(second))).toContain("alone");
      expect((await cut(1000, true)).report?.samples).toBe(24);
      expect((await bytes(second)).equals(await bytes(first))).toBe(true);
      expect((await bytes(second, "alone")).equals(await bytes(first, "alone"))).toBe(true);
    },
    60_000,
  );

  it("takes several teachers, each with its own order of classes and size, for a smaller student", async () => {
    const other = drawnData({ each: 8, side: 24 });
    const large = await trainClassifier(other, { ...quick, epochs: 2 });
    const turned = renamed(["spot", "across", "down"]);
    const { classifier, report } = await distillClassifier(other, [named(large.classifier), named(turned)], {
      ...quick,
      epochs: 1,
      size: [12, 12],
      alone: false,
    });
    expect(report?.alone).toBeUndefined();
    expect(classifier.record.size).toEqual([24, 24]);
    expect((await classifier.probabilities(Tensor.full([2, 24, 24, 3], 90))).shape).toEqual([2, 3]);
    await classifier.dispose();
    await large.classifier.dispose();
  }, 60_000);

  it("matches classes by name, and leaves those out that the student has not", async () => {
    const picture = new Tensor(
      "float32",
      [1, 16, 16, 3],
      Float32Array.from({ length: 768 }, (_, i) => i % 256),
    );
    const before = (await teacher.probabilities(picture)).data;
    const turned = teacherModel(named(renamed(["spot", "across", "down"])), drawnClasses, [16, 16]);
    const after = (await turned.predict({ pixels: picture } as never)) as { readonly classes: Tensor };
    expect([...after.classes.data]).toEqual(
      [before[1], before[2], before[0]].map((p) => expect.closeTo(p as number, 5)),
    );
    const two = teacherModel(named(teacher), ["across", "spot"], [16, 16]);
    const shares = (await two.predict({ pixels: picture } as never)) as { readonly classes: Tensor };
    const sum = (before[0] as number) + (before[2] as number);
    expect(Number(shares.classes.data[0])).toBeCloseTo((before[0] as number) / sum, 5);
    await turned.dispose();
    await two.dispose();
  });

  it("refuses teachers that cannot teach, before anything is trained", async () => {
    const of = (classes: readonly string[]) => distillClassifier(data, [named(renamed(classes))], quick);
    await expect(of(["tench", "goldfish", "hen"])).rejects.toThrow(
      'teacher knows none of the pictures\' classes, "across", "down", "spot"; it knows "tench", "goldfish", "hen", so it cannot teach them as it is. Train it on them first, by `imago classify train FOLDER --network teacher`',
    );
    await expect(of(["across", "down", "dot"])).rejects.toThrow('teacher does not know the class "spot"');
    await expect(of(["0", "1", "2"])).rejects.toThrow("teacher has no names for its classes");
    const wide = new Classifier(teacher.model, { ...teacher.record, size: [16, 20] });
    await expect(distillClassifier(data, [named(wide)], quick)).rejects.toThrow("another shape");
  });

  it("goes on as it was begun alone", async () => {
    const resumed = (options: object, classifier = teacher) =>
      distillClassifier(data, [named(classifier)], {
        ...quick,
        ...{ folder: at("whole-none"), resume: true },
        ...options,
      });
    await expect(resumed({ temperature: 2 })).rejects.toThrow(
      "begun with temperature 4, and would go on with 2",
    );
    await expect(resumed({ epochs: 4 })).rejects.toThrow("begun with epochs 3, and would go on with 4");
    await expect(resumed({ network: "resnet20" })).rejects.toThrow("the student small");
    await expect(resumed({ size: [8, 8] })).rejects.toThrow("size 16 × 16, and would go on with 8 × 8");
    const other = await trainClassifier(data, { ...quick, epochs: 1, seed: 5 });
    await expect(resumed({}, other.classifier)).rejects.toThrow(
      "the teacher teacher, and would go on with teacher",
    );
    await other.classifier.dispose();
    await expect(resumed({ folder: at("plain") })).resolves.toBeDefined();
    await expect(
      distillClassifier(data, [named(teacher)], { ...quick, folder: at("whole-none") }),
    ).rejects.toThrow("holds a classifier already");
  }, 60_000);

  it("is done in the minutes that it is given", async () => {
    const began = performance.now();
    const { classifier, report } = await distillClassifier(data, [named(teacher)], {
      ...{ batchSize: 8, minutes: 0.1, augment: "none" },
    });
    expect((performance.now() - began) / 1000).toBeLessThan(12);
    expect(report?.samples).toBe(24);
    await classifier.dispose();
  }, 60_000);
});
