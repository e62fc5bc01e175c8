import { describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { type Model, model } from "../../../nn/models/model.js";
import { distill } from "../distill.js";
import { blobs, network } from "../testing/blobs.js";

const { x, y } = blobs(40, 2);
const teacher = network(12, 2);
const single = () => distill({ teacher, student: network(8, 1) });
const of = (labels: number[]): Tensor => new Tensor("int32", [labels.length], Int32Array.from(labels));

/** A network with two answers from the same points. */
function pair(seed: number): Model {
  const at = input({ shape: [4], name: "points" });
  const answer = () => dense({ units: 3, activation: "softmax" })(at);
  return model({ inputs: { points: at }, outputs: { a: answer(), b: answer() }, seed }) as Model;
}

describe("labels of a report", () => {
  it("are of the classes that there are", async () => {
    await expect(single().report(x, of(Array.from(y.data, () => 9)))).rejects.toThrow(
      'report: labels of "answer": label 9 (element 0) is none of the classes 0 to 2',
    );
    await expect(single().report(x, of(Array.from(y.data, (_, i) => (i === 7 ? -1 : 0))))).rejects.toThrow(
      "label -1 (element 7) is none of the classes 0 to 2",
    );
    await expect(single().report(x, of([0, 1]))).rejects.toThrow("there are 2 labels for 40 answers");
  });

  it("may be one-hot, and nothing near it", async () => {
    const hot = Int32Array.from({ length: 120 }, (_, i) => Number(y.data[Math.floor(i / 3)] === i % 3));
    const wanted = await single().report(x, y);
    const found = await single().report(x, new Tensor("int32", [40, 3], hot));
    expect(found.student.errors).toBe(wanted.student.errors);
    expect(found.teacher?.errors).toBe(wanted.teacher?.errors);
    hot[4] = 1 - (hot[4] as number);
    await expect(single().report(x, new Tensor("int32", [40, 3], hot))).rejects.toThrow(
      "row 1 is not one-hot",
    );
  });

  it("that the loss leaves out are left out here", async () => {
    const training = single();
    training.compile({ loss: { name: "sparseCategoricalCrossentropy", config: { ignoreClass: -1 } } });
    const some = await training.report(x, of(Array.from(y.data, (label, i) => (i < 10 ? -1 : label))));
    expect(some.samples).toBe(30);
    const last = new Tensor("float32", [30, 4], x.data.slice(40));
    const wanted = await training.report(last, of([...y.data.slice(10)]));
    expect(some.student.errors).toBe(wanted.student.errors);
    expect(some.teacher?.errors).toBe(wanted.teacher?.errors);
    expect(some.agreement).toBeCloseTo(wanted.agreement as number, 10);
    await expect(training.report(x, of(Array.from(y.data, () => -1)))).rejects.toThrow("received none");
  });

  it("may be given by output, as fit has them", async () => {
    const training = distill({ teacher: pair(1), student: pair(2) });
    const other = of(Array.from(y.data, (label) => (label + 1) % 3));
    const data = { points: x };
    const [a, b] = [await training.report(data, y), await training.report(data, other, { output: "b" })];
    const both = { a: y, b: other };
    expect((await training.report(data, both)).student.errors).toBe(a.student.errors);
    const named = await training.report(data, both, { output: "b" });
    expect([named.output, named.student.errors]).toEqual(["b", b.student.errors]);
    await expect(training.report(data, { b: y } as never)).rejects.toThrow(
      'report: there are no labels of the output "a".',
    );
    await expect(training.report(data, { c: y } as never)).rejects.toThrow('report: labels: there is no "c"');
    await expect(training.report(data, "y" as never)).rejects.toThrow("report: labels: expected an entry");
  });
});
