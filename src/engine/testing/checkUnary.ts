import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import type { Operator } from "../graph/operator.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "./checkGradient.js";
import { evaluateOne, gradientBuild } from "./evaluate.js";
import { expectClose } from "./expectClose.js";

/** Points, and what an element-wise operator and its derivative are there. */
export interface Curve {
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly slopes: readonly number[];
}

export interface UnaryCheck extends Curve {
  /** Kinks, overflow, infinities and NaN: compared, but not by differences. */
  readonly extremes: Curve;
  /** ONNX Runtime has the operator in no other precision. Default: false. */
  readonly float32?: boolean;
}

/**
 * Registers the tests that every differentiable element-wise operator of one input has to pass. The numbers
 * in the operators' tests are PyTorch 2.13's in float64, but for slopes that it leaves undefined (NaN) where
 * a limit exists, and for slopes at NaN.
 */
export function checkUnary(
  op: ((x: Value) => Value) & { readonly operator?: Operator },
  { at, values, slopes, extremes, float32 = false }: UnaryCheck,
): void {
  it("has the right values and slopes", async () => {
    expectClose(await evaluateOne(op, at), values);
    expectClose(await evaluateOne(gradientBuild(op), at), slopes);
  });

  it("agrees with central differences, twice", async () => {
    await checkGradient(op, [[at]], { second: true, float32 });
  });

  it("is right at extremes", async () => {
    expectClose(await evaluateOne(op, extremes.at), extremes.values);
    expectClose(await evaluateOne(gradientBuild(op), extremes.at), extremes.slopes);
  });

  it("takes an empty tensor", async () => {
    expect((await evaluateOne(op, Tensor.zeros([0, 3]))).shape).toEqual([0, 3]);
    expect((await evaluateOne(gradientBuild(op), Tensor.zeros([0, 3]))).shape).toEqual([0, 3]);
  });
}
