import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { dense } from "../../../nn/layers/core/dense.js";
import type { Model } from "../../../nn/models/model.js";
import { sequential } from "../../../nn/models/sequential.js";

/** Points in four dimensions around three centres, and which centre each is of. */
export function blobs(rows: number, seed = 1): { x: Tensor<"float32">; y: Tensor<"int32"> } {
  const random = new Generator(seed);
  const y = Int32Array.from({ length: rows }, () => random.integer(3));
  const x = Float32Array.from({ length: rows * 4 }, (_, index) => {
    const label = y[Math.floor(index / 4)] as number;
    return random.normal(index % 4 === label ? 2 : 0, 0.8);
  });
  return { x: new Tensor("float32", [rows, 4], x), y: new Tensor("int32", [rows], y) };
}

/** A network for them. */
export function network(units: number, seed: number, activation: "softmax" | "linear" = "softmax"): Model {
  const layers = [
    dense({ units, activation: "tanh", name: "hidden" }),
    dense({ units: 3, activation, name: "answer" }),
  ];
  return sequential({ layers: [{ inputShape: [4] }, ...layers], seed });
}

/** A network that has learnt them. */
export async function taught(units = 16, seed = 5, rows = 256): Promise<Model> {
  const { x, y } = blobs(rows);
  const made = network(units, seed);
  made.compile({
    optimizer: { name: "adam", config: { learningRate: 0.02 } },
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  await made.fit(x, y, { epochs: 6, batchSize: 32 });
  return made;
}
