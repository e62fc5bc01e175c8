import { elementwiseTypes } from "../stacking/elementwise.js";
import {
  clipped,
  einsum,
  firstOutput,
  fromAxisOn,
  gemm,
  looped,
  ofFirstAxis,
  product,
  reduced,
} from "./computed.js";
import { elementwise } from "./elementwise.js";
import type { RowsRule } from "./rows.js";
import {
  alongAxis,
  alongAxisOfFirst,
  alongOperand,
  argument,
  expanded,
  filled,
  gathered,
  oneHot,
  padded,
  reshaped,
  reversedSequences,
  sliced,
  tiled,
  transposed,
  triangular,
} from "./shapes.js";

const rulesOf = (types: readonly string[], rule: RowsRule): Readonly<Record<string, RowsRule>> =>
  Object.fromEntries(types.map((type) => [type, rule]));

const reductions = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"];
const poolings = ["AveragePool", "GlobalAveragePool", "GlobalMaxPool", "LpPool", "MaxPool"];
const images = ["Conv", "ConvTranspose", "DepthToSpace", "LRN", "Resize", "SpaceToDepth"];
const normalizations = ["GroupNormalization", "InstanceNormalization"];

/** How operators treat the rows of a batch; of any other it is not known. */
export const rowsRules: Readonly<Record<string, RowsRule>> = {
  ...rulesOf(elementwiseTypes, elementwise),
  ...rulesOf(["PRelu"], elementwise),
  ...rulesOf(["Clip"], clipped),
  ...rulesOf(
    reductions.map((name) => `Reduce${name}`),
    reduced,
  ),
  ...rulesOf(["Flatten", "Reshape", "Squeeze", "Unsqueeze"], reshaped),
  ...rulesOf(["Concat"], alongAxis(0)),
  ...rulesOf(["GatherElements", "ScatterElements"], alongAxis(0)),
  ...rulesOf(["Split"], alongAxisOfFirst(0)),
  ...rulesOf(["Hardmax", "LogSoftmax", "LpNormalization", "Softmax", "TopK"], alongAxisOfFirst(-1)),
  ...rulesOf(["ArgMax", "ArgMin"], argument),
  ...rulesOf([...poolings, ...images, ...normalizations], ofFirstAxis),
  CumSum: alongOperand,
  ConstantOfShape: filled,
  Expand: expanded,
  Transpose: transposed,
  Slice: sliced,
  Pad: padded,
  Tile: tiled,
  Gather: gathered,
  OneHot: oneHot,
  ReverseSequence: reversedSequences,
  Trilu: triangular,
  MatMul: product,
  Gemm: gemm,
  Einsum: einsum,
  BatchNormalization: firstOutput,
  LayerNormalization: fromAxisOn,
  Scan: looped,
};
