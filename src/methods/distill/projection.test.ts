import { expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { evaluate } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { conv2d } from "../../nn/layers/convolution/conv2d.js";
import { dense } from "../../nn/layers/core/dense.js";
import { globalAveragePooling2d } from "../../nn/layers/pooling/globalAveragePooling2d.js";
import type { Model } from "../../nn/models/model.js";
import { sequential } from "../../nn/models/sequential.js";
import { distill } from "./distill.js";
import { resized } from "./projection.js";

const random = new Generator(4);
const x = new Tensor("float32", [24, 8, 8, 1], random.normals(24 * 64));
const y = new Tensor(
  "int32",
  [24],
  Int32Array.from({ length: 24 }, (_, row) => row % 3),
);

function pictures(filters: number, strides: number, seed: number): Model {
  const layers = [
    conv2d({ filters, kernelSize: 3, strides, padding: "same", activation: "relu", name: "maps" }),
    globalAveragePooling2d(),
    dense({ units: 3, activation: "softmax", name: "answer" }),
  ];
  return sequential({ layers: [{ inputShape: [8, 8, 1] }, ...layers], seed });
}

it("brings the teacher's maps to the student's sizes", async () => {
  const maps = new Tensor(
    "float32",
    [1, 4, 4, 1],
    Float32Array.from({ length: 16 }, (_, i) => i * i),
  );
  const own = Tensor.zeros([1, 2, 2, 1]);
  const [small] = await evaluate(
    (teacher, student) => resized(teacher as never, student as never),
    maps,
    own,
  );
  const mean = (row: number, column: number): number =>
    [0, 1, 4, 5].reduce((sum, step) => sum + (4 * row + column + step) ** 2, 0) / 4;
  expectClose(small as Tensor, [
    [
      [[mean(0, 0)], [mean(0, 2)]],
      [[mean(2, 0)], [mean(2, 2)]],
    ],
  ]);
});

it("teaches a student whose maps are half as large and fewer", async () => {
  const student = pictures(3, 2, 1);
  const training = distill({
    teacher: pictures(6, 1, 2),
    student,
    mode: "features",
    features: { student: "maps", teacher: "maps" },
  });
  training.compile({ optimizer: { name: "adam", config: { learningRate: 0.02 } } });
  const { history } = await training.fit(x, y, { epochs: 30, batchSize: 8 });
  expect(history.hint?.at(-1)).toBeLessThan((history.hint?.[0] as number) / 2);
  expect(student.variables.map(({ path }) => path)).toEqual([
    "maps/kernel",
    "maps/bias",
    "answer/kernel",
    "answer/bias",
  ]);
});
