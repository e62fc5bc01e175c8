import { describe, expect, it } from "vitest";
import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { square } from "../../../engine/ops/composed/square.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "./input.js";
import { lambda } from "./lambda.js";

const squares = ([x]: readonly Value[]) => square(x as Value);

describe("lambda", () => {
  it("computes what its function emits", async () => {
    const { outputs } = await runLayer(
      lambda(([a, b]) => add(a as Value, b as Value)),
      [
        [1, 2],
        [3, 5],
      ],
    );
    expect(Array.from(outputs[0]?.data as Float32Array)).toEqual([4, 7]);
  });

  it("infers open sizes", () => {
    const layer = lambda(([x]) => reduceSum(x as Value, { axes: [2] }));
    expect(layer(input({ shape: [null, 4] })).shape).toEqual([null, null]);
  });

  it("ends a mask unless it is told to pass one on", async () => {
    const masks = [[[true, false]]];
    expect((await runLayer(lambda(squares), [[[1, 2]]], { masks })).masks).toEqual([undefined]);
    const passing = lambda(squares, { mask: (_, context) => context.masks[0] });
    expect((await runLayer(passing, [[[1, 2]]], { masks })).masks[0]?.data).toEqual(Uint8Array.of(1, 0));
  });

  it("says that it cannot be saved", () => {
    expect(() => lambda(squares, { name: "squares" }).layer.config).toThrow(
      'lambda "squares" cannot be saved, because a function is not data.',
    );
  });

  it("refuses what is no function, and unknown options", () => {
    expect(() => lambda({} as never)).toThrow("lambda: run must be a function of the inputs' values");
    expect(() => lambda(squares, { masks: 1 } as never)).toThrow(
      'unknown option "masks". Did you mean "mask"?',
    );
  });

  it("names itself when its function fails", () => {
    const layer = lambda(([x]) => reduceSum(x as Value, { axes: [5] }), { name: "sum" });
    expect(() => layer(input({ shape: [3] }))).toThrow(/^lambda "sum": .*axis 5 does not exist/);
  });
});
