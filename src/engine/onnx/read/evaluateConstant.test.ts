import { InferenceSession } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type Attribute, Attributes, int, ints } from "../../graph/attributes.js";
import { elementTypeOf } from "../../ops/define/elementType.js";
import { Tensor, tensor } from "../../tensor/tensor.js";
import { encode, type ProtoRecord } from "../proto/encode.js";
import { attributeTypes, modelProto } from "../proto/schema.js";
import { evaluateConstant } from "./evaluateConstant.js";

const long = (values: number | number[]): Tensor => tensor(values, { dtype: "int64" });
const real = (values: number | number[]): Tensor => tensor(values, { dtype: "float32" });
const matrix = tensor(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  { dtype: "int64" },
);
const most = new Tensor("int64", [1], BigInt64Array.of(2n ** 63n - 1n));

/** The same node run by ONNX Runtime. */
async function byRuntime(
  type: string,
  inputs: readonly (Tensor | undefined)[],
  attributes: Readonly<Record<string, Attribute>>,
  result: Tensor,
): Promise<unknown> {
  const attribute = Object.entries(attributes).map(([name, { kind, value }]): ProtoRecord => {
    const type = attributeTypes[kind];
    return kind === "int" ? { name, i: value, type } : { name, ints: value as number[], type };
  });
  const input = inputs.map((x, index) => (x === undefined ? "" : `x${index}`));
  const initializer = inputs.flatMap((x, index): ProtoRecord[] =>
    x === undefined
      ? []
      : [{ name: `x${index}`, dims: x.shape, dataType: elementTypeOf(x.dtype), rawData: x.bytes }],
  );
  const bytes = encode(modelProto, {
    irVersion: 10,
    opsetImport: [{ domain: "", version: 21 }],
    graph: {
      name: "g",
      node: [{ opType: type, input, output: ["y"], attribute }],
      initializer,
      output: [{ name: "y", type: { tensorType: { elemType: elementTypeOf(result.dtype) } } }],
    },
  });
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const { y } = await session.run({});
  await session.release();
  return { dims: y?.dims, type: y?.type, data: y?.data };
}

type Case = [string, (Tensor | undefined)[], Record<string, Attribute>?];

const cases: Case[] = [
  ["Abs", [long([-3, 4])]],
  ["Add", [long([1, 2]), matrix.reshape([3, 2])]],
  ["And", [tensor([true, false]), tensor([true, true])]],
  ["Cast", [real([1.9, -1.9])], { to: int(7) }],
  ["Cast", [long([0, 3])], { to: int(9) }],
  ["Cast", [long([0, 3])], { to: int(1) }],
  ["Ceil", [real([1.2, -1.2])]],
  ["Concat", [matrix, matrix], { axis: int(-1) }],
  ["Concat", [long([1]), most], { axis: int(0) }],
  ["ConstantOfShape", [long([2, 1])]],
  ["Div", [long([7, -7, 7]), long([2, 2, -2])]],
  ["Div", [real([7, -7]), real(2)]],
  ["Equal", [long([1, 2]), long(2)]],
  ["Expand", [long([1, 2]).reshape([2, 1]), long([2, 3])]],
  ["Floor", [real([1.2, -1.2])]],
  ["Gather", [matrix, long([-1, 0])], { axis: int(1) }],
  ["Gather", [long([5, 6]), long(1)]],
  ["Greater", [long([1, 2]), long([2, 1])]],
  ["GreaterOrEqual", [long([1, 2]), long([2, 2])]],
  ["Identity", [matrix]],
  ["Less", [long([1, 2]), long([2, 1])]],
  ["LessOrEqual", [long([1, 2]), long([2, 2])]],
  ["Max", [long([1, 5]), long(2), long([0, 9])]],
  ["Min", [long([1, 5]), long(2)]],
  ["Mod", [long([7, -7, 7, -7]), long([3, 3, -3, -3])]],
  ["Mod", [long([7, -7]), long([3, 3])], { fmod: int(1) }],
  ["Mul", [long([2, 3]), long([-4, 5])]],
  ["Neg", [long([2, 0])]],
  ["Not", [tensor([true, false])]],
  ["Or", [tensor([true, false]), tensor([false, false])]],
  ["Range", [long(2), long(9), long(3)]],
  ["Range", [long(5), long(0), long(-2)]],
  ["Range", [long(5), long(0), long(1)]],
  ["ReduceMax", [matrix, long([0])], { keepdims: int(0) }],
  ["ReduceMin", [matrix]],
  ["ReduceProd", [matrix, long([-1])]],
  ["ReduceSum", [matrix, undefined], { noop_with_empty_axes: int(1) }],
  ["ReduceSum", [matrix, long([0, 1])], { keepdims: int(0) }],
  ["Reshape", [matrix, long([0, -1, 1])]],
  ["Slice", [matrix, long([1]), most, long([1])]],
  ["Slice", [matrix, long([-1, 5]), long([-9, 0]), long([0, 1]), long([-1, -2])]],
  ["Sqrt", [real([4, 2])]],
  ["Squeeze", [long([1, 2]).reshape([1, 2, 1])]],
  ["Squeeze", [long([1, 2]).reshape([1, 2, 1]), long([-1])]],
  ["Sub", [long([2, 3]), long([-4, 5])]],
  ["Transpose", [matrix.reshape([1, 2, 3])], { perm: ints([2, 0, 1]) }],
  ["Transpose", [matrix]],
  ["Unsqueeze", [matrix, long([-1, 0])]],
  ["Where", [tensor([true, false]), matrix.reshape([3, 2]), most]],
];

describe("evaluateConstant agrees with ONNX Runtime", () => {
  it.each(cases)("%s (%s)", async (type, inputs, attributes = {}) => {
    const result = evaluateConstant(type, inputs, new Attributes(attributes));
    expect(result).toBeDefined();
    const { shape, dtype, data } = result as Tensor;
    expect({ dims: [...shape], type: dtype, data }).toEqual(
      await byRuntime(type, inputs, attributes, result as Tensor),
    );
  });
});

it.each<Case>([
  ["Relu", [long([1])]],
  ["constructor", [long([1])]],
  ["Add", [long([1]), undefined]],
  ["Add", [long([1]), real([1])]],
  ["Add", [most, long([1])]],
  ["Div", [long([1]), long([0])]],
  ["Mod", [long([1]), long([0])]],
  ["Gather", [long([1]), long([4])]],
  ["Range", [long(0), long(9), long(0)]],
  ["Range", [long(0), long(1e9), long(1)]],
  ["Expand", [long(1), long([1e6, 1e6])]],
  ["ConstantOfShape", [long([-1])]],
  ["ConstantOfShape", [long(new Array(80).fill(1))]],
  ["Reshape", [matrix, long([4])]],
  ["Slice", [matrix, long([0]), long([1]), long([0]), long([0])]],
  ["Squeeze", [matrix, long([0])]],
  ["Transpose", [matrix], { perm: ints([0, 5]) }],
  ["Concat", [matrix, long([1])], { axis: int(0) }],
  ["Concat", [matrix]],
])("leaves alone what does not fit: %s %s", (type, inputs, attributes = {}) => {
  expect(evaluateConstant(type, inputs, new Attributes(attributes))).toBeUndefined();
});
