import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { add } from "./add.js";
import { average } from "./average.js";
import { concatenate } from "./concatenate.js";
import { dot } from "./dot.js";
import { maximum } from "./maximum.js";
import { minimum } from "./minimum.js";
import { multiply } from "./multiply.js";
import { subtract } from "./subtract.js";

describe("merging layers are Keras's", () => {
  testLayerGoldens("merging", {
    add,
    subtract,
    multiply,
    average,
    maximum,
    minimum,
    concatenate,
    dot,
  });
});

/** Two sequences of two steps and one feature. */
const a = [[[1], [2]]];
const b = [[[5], [-3]]];
const first = [[true, false]];
const second = [[false, false]];

describe("masks of merging layers", () => {
  it("count a step that counts in any input", async () => {
    const { masks } = await runLayer(add(), [a, b], { masks: [first, [[false, true]]] });
    expect(masks[0]?.data).toEqual(Uint8Array.of(1, 1));
  });

  it("end where one input has none", async () => {
    expect((await runLayer(average(), [a, b], { masks: [first, null] })).masks).toEqual([undefined]);
  });

  it("take masked factors as 1, and as 0 where all are masked", async () => {
    const run = async (masks: readonly (boolean[][] | null)[]) =>
      Array.from((await runLayer(multiply(), [a, b], { masks })).outputs[0]?.data as Float32Array);
    expect(await run([first, second])).toEqual([1, 0]);
    expect(await run([first, null])).toEqual([5, -3]);
  });

  it("keep masked steps out of extremes", async () => {
    const run = async (masks: readonly (boolean[][] | null)[]) =>
      Array.from((await runLayer(maximum(), [a, b], { masks })).outputs[0]?.data as Float32Array);
    expect(await run([[[true, true]], second])).toEqual([1, 2]);
    expect(await run([first, null])).toEqual([5, -3]);
    const least = await runLayer(minimum(), [a, b], { masks: [second, [[true, true]]] });
    expect(Array.from(least.outputs[0]?.data as Float32Array)).toEqual([5, -3]);
  });

  it("stand behind each other along time", async () => {
    const { masks } = await runLayer(concatenate({ axis: 1 }), [a, b], { masks: [first, null] });
    expect(masks[0]?.shape).toEqual([1, 4]);
    expect(masks[0]?.data).toEqual(Uint8Array.of(1, 0, 1, 1));
  });

  it("are joined along other axes", async () => {
    const { masks } = await runLayer(concatenate(), [a, b], { masks: [first, second] });
    expect(masks[0]?.data).toEqual(Uint8Array.of(1, 0));
    expect((await runLayer(concatenate(), [a, b], { masks: [first, null] })).masks).toEqual([undefined]);
    expect((await runLayer(dot({ axes: 2 }), [a, b], { masks: [first, first] })).masks).toEqual([undefined]);
  });
});

describe("merging layers on open sizes", () => {
  const sequence = (features: number, name: string) => input({ shape: [null, features], name });

  it("keep them open", () => {
    expect(add()([sequence(3, "a"), sequence(3, "b")]).shape).toEqual([null, null, 3]);
    expect(add()([sequence(3, "a"), input({ shape: [3] })]).shape).toEqual([null, null, 3]);
    expect(concatenate()([sequence(3, "a"), sequence(2, "b")]).shape).toEqual([null, null, 5]);
    expect(concatenate({ axis: 1 })([sequence(3, "a"), sequence(3, "b")]).shape).toEqual([null, null, 3]);
    expect(dot({ axes: 2 })([sequence(3, "a"), sequence(3, "b")]).shape).toEqual([null, null, null]);
    expect(dot({ axes: 1 })([input({ shape: [3] }), input({ shape: [3] })]).shape).toEqual([null, 1]);
  });

  it("take a fixed batch of one input for all", () => {
    const fixed = input({ shape: [3], batchSize: 8 });
    expect(add()([fixed, input({ shape: [3] })]).shape).toEqual([8, 3]);
  });
});

describe("errors of merging layers", () => {
  const x = input({ shape: [3], name: "x" });
  const y = input({ shape: [4], name: "y" });

  it.each([
    [() => add()(x), "add: expected an array of at least two inputs, received 1. Call it as add(…)([a, b])."],
    [
      () => add({ name: "sum" })([x, y]),
      'add "sum": expected inputs whose sizes are equal or 1, received [?, 3] from "x" and [?, 4] from "y": they differ in axis 1',
    ],
    [
      () => add()([input({ shape: [3], batchSize: 2 }), input({ shape: [3], batchSize: 3 })]),
      "add: expected inputs of one batch size, received [2, 3]",
    ],
    [() => subtract()([x, x, x]), "subtract: expected two inputs, received 3"],
    [
      () =>
        concatenate({ axis: 1 })([input({ shape: [3, 2], name: "x" }), input({ shape: [3, 4], name: "y" })]),
      'concatenate: expected inputs of one rank whose sizes differ in axis 1 only, received [?, 3, 2] from "x" and [?, 3, 4] from "y"',
    ],
    [() => concatenate({ axis: 2 })([x, y]), "concatenate: axis 2 does not exist: the tensor has rank 2"],
    [
      () => dot({ axes: 1 })([x, y]),
      'dot: the sizes of the axes that are summed over must be equal, received [?, 3] from "x" and [?, 4] from "y": 3 in axis 1 and 4 in axis 1',
    ],
    [() => dot({ axes: 0 }), "dot: axes must be a whole number or two, and not 0, the batch, received 0."],
    [() => dot({ axis: 1 } as never), 'dot: unknown option "axis". Did you mean "axes"?'],
  ])("%#", (act, message) => {
    expect(act).toThrow(message);
  });
});
