import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { dense } from "../core/dense.js";
import { input } from "../core/input.js";
import { timeDistributed } from "../recurrent/timeDistributed.js";

function built() {
  const made = dense({ units: 2, name: "d" });
  made(input({ shape: [1] }));
  return made.layer;
}

describe("layers", () => {
  it("keep the weights that they are given", () => {
    const layer = built();
    const kernel = Tensor.full([1, 2], 3);
    layer.setWeights([kernel, [4, 5]]);
    kernel.data.fill(0);
    expect(layer.getWeights().map(({ data }) => Array.from(data as Float32Array))).toEqual([
      [3, 3],
      [4, 5],
    ]);
  });

  it("give copies of their weights", () => {
    const layer = built();
    layer.initialize(new Generator(1));
    const [kernel] = layer.getWeights() as [Tensor];
    const before = Array.from(kernel.data as Float32Array);
    (kernel.data as Float32Array).fill(7);
    expect(Array.from(layer.getWeights()[0]?.data as Float32Array)).toEqual(before);
  });

  it("take their first weights from the seed, once", () => {
    const [a, b] = [built(), built()];
    a.initialize(new Generator(1));
    b.initialize(new Generator(1));
    expect(a.getWeights()).toEqual(b.getWeights());
    const before = a.getWeights();
    a.initialize(new Generator(2));
    expect(a.getWeights()).toEqual(before);
  });

  it("refuse other weights", () => {
    expect(() => built().setWeights([])).toThrow('dense "d": expected 2 weights (kernel, bias), received 0.');
    expect(() => built().setWeights([Tensor.zeros([2, 2]), [0, 0]])).toThrow(
      'dense "d": weight "kernel": expected float32[1, 2], received float32[2, 2]',
    );
    expect(() => dense({ units: 2 }).layer.setWeights([[1]])).toThrow(
      "Call the layer on a tensor first, so that its weights exist.",
    );
    expect(() => built().getWeights()).toThrow('weight "kernel" has no value yet');
  });

  it("refuse what is no symbolic tensor", () => {
    expect(() => dense({ units: 2 })([[1, 2]] as never)).toThrow(
      "dense: expected symbolic tensors, as input() and layers make them",
    );
  });

  it("are each named once in an error from inside", () => {
    const inner = dense({ units: 2, name: "inner" });
    inner(input({ shape: [4] }));
    expect(() => timeDistributed({ layer: inner, name: "outer" })(input({ shape: [2, 3] }))).toThrow(
      /inner": was made for 4 features and shares its weights, received \[\?, 3\]$/,
    );
  });
});
