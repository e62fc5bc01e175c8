import { describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { relu } from "../layers/activation/relu.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { type Model, model } from "../models/model.js";
import { runId } from "./runId.js";

function network(seed: number): Model {
  const x = input({ shape: [3] });
  return model({ inputs: x, outputs: dense({ units: 5 })(x), seed }) as Model;
}
const idOf = ({ functional, variables }: Model, seed = 1, batch: Record<string, Tensor> = {}): string =>
  runId(functional, variables, new Generator(seed).state(), batch);

describe("the name of a run", () => {
  it("is the same for the same beginning, and another for another", () => {
    const id = idOf(network(1));
    // What is in files must not change with a release.
    expect(id).toMatchInlineSnapshot(`"23e446c9b9f99d7a"`);
    expect(idOf(network(1))).toBe(id);
    expect(idOf(network(2))).not.toBe(id);
    expect(idOf(network(1), 2)).not.toBe(id);
    const batches = [1, 2].map((value) => idOf(network(1), 1, { "input/x": Tensor.full([2, 3], value) }));
    expect(new Set([id, ...batches]).size).toBe(3);
    const touched = network(1);
    const value = touched.variables[0]?.variable.value.data as Float32Array;
    value[14] = (value[14] as number) + 1e-6;
    expect(idOf(touched)).not.toBe(id);
  });

  it("sees other layers with the same weights", () => {
    const x = input({ shape: [3] });
    const first = dense({ units: 3, name: "a" })(x);
    const plain = model({ inputs: x, outputs: first }) as Model;
    const bent = model({ inputs: x, outputs: relu({ name: "b" })(first) }) as Model;
    expect(idOf(bent)).not.toBe(idOf(plain));
  });
});
