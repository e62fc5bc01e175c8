import { describe, expect, it } from "vitest";
import { ImagoError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import type { Defined } from "./define/define.js";
import * as ops from "./index.js";

type Emit = (...args: readonly unknown[]) => unknown;
const emitters = Object.entries(ops).map(([name, op]) => [name, op as Defined<Emit>] as const);
const wrong: readonly unknown[] = [null, 5, "a", [], {}, undefined];

/** What is thrown by a call that is wrong in its argument `at`. */
function errorsOf(emit: Emit, at: number): unknown[] {
  return wrong.flatMap((argument) => {
    const x = new Graph().input("x", { dtype: "float32", shape: [2, 3] });
    try {
      emit(...new Array(at).fill(x), argument);
      return [];
    } catch (error) {
      return [error];
    }
  });
}

describe("an operator that is given something else than it takes", () => {
  it.each(emitters)("%s says so", (_name, emit) => {
    const errors = [0, 1, 2, 3, 4, 5].flatMap((at) => errorsOf(emit, at));
    expect(errors.filter((error) => !(error instanceof ImagoError))).toEqual([]);
  });

  it("names what it takes", () => {
    const x = new Graph().input("x", { dtype: "float32", shape: [2] });
    const mul = ops.mul as Emit;
    expect(() => mul(x, "1")).toThrow(
      'Mul: an operand must be a number, a tensor or a value of a graph, received "1".',
    );
    expect(() => (ops.shape as Emit)(null)).toThrow("Shape: x must be a value of a graph, received null.");
  });
});
