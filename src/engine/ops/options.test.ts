import { describe, expect, it } from "vitest";
import { ImagoError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import * as ops from "./index.js";

type Emit = (...args: readonly unknown[]) => unknown;
const emitters = new Map<string, { readonly emit: Emit; readonly type: string }>(
  Object.entries(ops).map(([name, op]) => [name, { emit: op as Emit, type: op.operator.type }]),
);

/** How many operands stand before the options of operators that may do without. */
const optional: Readonly<Record<string, number>> = {
  batchNormalization: 5,
  celu: 1,
  constantOfShape: 2,
  conv: 3,
  convTranspose: 3,
  elu: 1,
  flatten: 1,
  fusedMatMul: 2,
  gather: 2,
  gatherElements: 2,
  gatherND: 2,
  gelu: 1,
  gemm: 3,
  hardSigmoid: 1,
  instanceNormalization: 3,
  isInf: 1,
  layerNormalization: 3,
  leakyRelu: 1,
  lpNormalization: 1,
  mod: 2,
  reduceL1: 1,
  reduceL2: 1,
  reduceLogSum: 1,
  reduceLogSumExp: 1,
  reduceMax: 1,
  reduceMean: 1,
  reduceMin: 1,
  reduceProd: 1,
  reduceSum: 1,
  reduceSumSquare: 1,
  reverseSequence: 2,
  scatterElements: 3,
  scatterND: 3,
  selu: 1,
  shrink: 1,
  thresholdedRelu: 1,
  trilu: 1,
};

/** The same of operators that need them. */
const required: Readonly<Record<string, number>> = {
  argMax: 1,
  argMin: 1,
  averagePool: 1,
  concat: 1,
  cumSum: 1,
  depthToSpace: 1,
  groupNormalization: 3,
  lpPool: 1,
  lrn: 1,
  maxPool: 1,
  oneHot: 1,
  pad: 1,
  range: 1,
  resize: 1,
  scan: 0,
  slice: 1,
  spaceToDepth: 1,
  split: 1,
  topK: 1,
};

/** Operators of operands alone; some take an axis, a shape or a word by its place. */
const none =
  "abs acos acosh add and asin asinh atan atanh bitShift bitwiseAnd bitwiseNot bitwiseOr bitwiseXor cast castLike " +
  "ceil clip cos cosh div einsum equal erf exp expand floor globalAveragePool globalMaxPool greater greaterOrEqual " +
  "hardSwish hardmax identity isNan less lessOrEqual log logSoftmax matMul max mean min mish mul neg nonZero not or " +
  "pow prelu reciprocal relu reshape round shape sigmoid sign sin sinh size softmax softplus softsign sqrt squeeze " +
  "sub sum tan tanh tile transpose unsqueeze where xor";

function refusal(name: string, operands: number, options: unknown): unknown {
  const x = new Graph().input("x", { dtype: "float32", shape: [2, 3] });
  try {
    return emitters.get(name)?.emit(...new Array(operands).fill(x), options);
  } catch (error) {
    return error;
  }
}

describe("operators", () => {
  it("are each in a list", () => {
    const listed = [...Object.keys(optional), ...Object.keys(required), ...none.split(" ")];
    expect(listed.sort()).toEqual(Object.keys(ops).sort());
  });

  it.each(Object.entries({ ...optional, ...required }))(
    "%s takes nothing but an object",
    (name, operands) => {
      for (const [given, shown] of [
        [null, "null"],
        [5, "5"],
        ["x", '"x"'],
        [[], "[]"],
      ] as const) {
        const error = refusal(name, operands, given);
        expect(error).toBeInstanceOf(ImagoError);
        const { type } = emitters.get(name) ?? {};
        expect(String(error)).toContain(`${type}: options must be an object, received ${shown}.`);
      }
    },
  );

  it.each(Object.entries(required))("%s needs its options", (name, operands) => {
    const { type } = emitters.get(name) ?? {};
    expect(String(refusal(name, operands, undefined))).toBe(`ImagoError: ${type}: options are required.`);
  });
});
