import { again, aligned, memberShape, type Stacked, type StackingRule } from "./stacked.js";

/** Operators that work on each element by itself, their inputs broadcast. */
export const elementwiseTypes = [
  ...["Add", "And", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "Equal", "Greater"],
  ...["GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean", "Min", "Mod", "Mul", "Or", "Pow"],
  ...["Sub", "Sum", "Where", "Xor"],
  ...["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitwiseNot", "Cast", "CastLike", "Ceil"],
  ...["Celu", "Cos", "Cosh", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "Identity"],
  ...["IsInf", "IsNaN", "LeakyRelu", "Log", "Mish", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu"],
  ...["Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh"],
  ...["ThresholdedRelu"],
] as const;

/** Broadcasting counts axes from the end, so the members' axis must stand in front of the longest shape. */
export const elementwise: StackingRule = (call) => {
  const rank = Math.max(...call.inputs.map((input) => (input === undefined ? 0 : memberShape(input).length)));
  const align = (input: Stacked | undefined) =>
    input === undefined ? undefined : aligned(input, rank, call.members);
  return again(call, call.inputs.map(align));
};
