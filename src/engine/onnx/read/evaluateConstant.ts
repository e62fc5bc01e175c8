import type { Attributes } from "../../graph/attributes.js";
import { dtypeOfElement } from "../../ops/define/elementType.js";
import { type DType, isBig, isFloat } from "../../tensor/dtype.js";
import { broadcastShapes, normalizeAxes, normalizeAxis, type Shape, sizeOf } from "../../tensor/shape.js";
import { Tensor, toNumbers } from "../../tensor/tensor.js";
import { broadcastPositions, gridPositions, pick, positionsOf, upTo } from "./pick.js";

/** Larger tensors are left to the runtime: no shape is that long. */
const mostElements = 16_384;
const mostAxes = 64;

/**
 * Computes here what files say about shapes in operators (Gather, Concat, Cast, Range, …), so that
 * Reshape and its like see constants. Operators have the meaning of opset 21.
 *
 * @param inputs the known inputs of a node of the standard domain
 * @returns the result, or `undefined` when the operator is not among the few known here, the inputs do
 * not fit it, a tensor is large, or an integer is not exact as a number: then the node has to stay
 */
export function evaluateConstant(
  type: string,
  inputs: readonly (Tensor | undefined)[],
  attributes: Attributes,
): Tensor | undefined {
  const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (rule === undefined || inputs.some((input) => (input?.size ?? 0) > mostElements)) return undefined;
  try {
    return rule(inputs as readonly Tensor[], attributes);
  } catch {
    // The operator itself explains what is wrong with its inputs, where it is emitted.
    return undefined;
  }
}

/** What a rule throws to leave a node alone. */
class NotHere extends Error {}

/** Missing inputs show as `undefined`; what a rule then throws leaves the node alone. */
type Rule = (inputs: readonly Tensor[], attributes: Attributes) => Tensor;

function bounded(shape: Shape): Shape {
  if (shape.length > mostAxes || !(sizeOf(shape) <= mostElements)) throw new NotHere();
  return shape;
}

/** The elements as numbers, which must be exact. */
function numbersOf(tensor: Tensor | undefined): number[] {
  if (tensor === undefined) throw new NotHere();
  const numbers = Array.from(toNumbers(tensor));
  if (isBig(tensor.dtype) && !numbers.every(Number.isSafeInteger)) throw new NotHere();
  return numbers;
}

function made(dtype: DType, shape: Shape, numbers: readonly number[]): Tensor {
  if (!isFloat(dtype) && !numbers.every(Number.isSafeInteger)) throw new NotHere();
  const result = Tensor.zeros<DType>(bounded(shape), dtype);
  if (isBig(dtype)) (result.data as BigInt64Array).set(numbers.map(BigInt));
  else (result.data as Float64Array).set(numbers);
  return result;
}

function stretched(x: Tensor, shape: Shape): Tensor {
  return pick(x, shape, broadcastPositions(x.shape, bounded(shape)));
}

function unary(compute: (x: number) => number): Rule {
  return ([x]) => made(x!.dtype, x!.shape, numbersOf(x).map(compute));
}

/** Two inputs that broadcast. */
function binary(compute: (a: number, b: number, integer: boolean) => number, result?: DType): Rule {
  return ([a, b]) => {
    if (a!.dtype !== b!.dtype) throw new NotHere();
    const shape = broadcastShapes(a!.shape, b!.shape);
    const right = numbersOf(stretched(b!, shape));
    const left = numbersOf(stretched(a!, shape));
    const integer = !isFloat(a!.dtype);
    const numbers = left.map((value, index) => compute(value, right[index] as number, integer));
    return made(result ?? a!.dtype, shape, numbers);
  };
}

const test = (holds: (a: number, b: number) => boolean): Rule =>
  binary((a, b) => Number(holds(a, b)), "bool");

function variadic(compute: (a: number, b: number) => number): Rule {
  const pair = binary((a, b) => compute(a, b));
  return (inputs, attributes) => inputs.slice(1).reduce((a, b) => pair([a, b], attributes), inputs[0]!);
}

function reduction(compute: (values: readonly number[]) => number): Rule {
  return ([x, given], attributes) => {
    const listed = given === undefined ? [] : numbersOf(given);
    if (listed.length === 0 && attributes.int("noop_with_empty_axes", 0) === 1) return x!;
    const rank = x!.shape.length;
    const axes = normalizeAxes(listed.length === 0 ? undefined : listed, rank);
    const kept = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
    const numbers = numbersOf(x);
    broadcastPositions(kept, x!.shape).forEach((group, index) => {
      groups[group]?.push(numbers[index] as number);
    });
    const shape = attributes.int("keepdims", 1) === 1 ? kept : kept.filter((_, axis) => !axes.includes(axis));
    return made(x!.dtype, shape, groups.map(compute));
  };
}

function remainder(a: number, b: number, attributes: Attributes): number {
  if (b === 0) throw new NotHere();
  const left = a % b;
  return attributes.int("fmod", 0) === 1 || left === 0 || left > 0 === b > 0 ? left : left + b;
}

function cast([x]: readonly Tensor[], attributes: Attributes): Tensor {
  const to = dtypeOfElement(attributes.int("to"));
  const numbers = numbersOf(x);
  if (isFloat(to)) return made(to, x!.shape, numbers);
  return made(to, x!.shape, to === "bool" ? numbers.map((n) => Number(n !== 0)) : numbers.map(Math.trunc));
}

function where([condition, a, b]: readonly Tensor[]): Tensor {
  const shape = broadcastShapes(condition!.shape, a!.shape, b!.shape);
  const [left, right] = [stretched(a!, shape), stretched(b!, shape)];
  if (left.dtype !== right.dtype) throw new NotHere();
  const chosen = numbersOf(stretched(condition!, shape));
  const both = joined([left.reshape([left.size]), right.reshape([right.size])], 0);
  const positions = chosen.map((yes, index) => (yes !== 0 ? index : left.size + index));
  return pick(both, shape, positions);
}

function joined(inputs: readonly Tensor[], axisGiven: number): Tensor {
  const [first] = inputs;
  const axis = normalizeAxis(axisGiven, first!.shape.length);
  const length = inputs.reduce((sum, input) => sum + input.sizeAt(axis), 0);
  const shape = bounded(first!.shape.map((size, at) => (at === axis ? length : size)));
  const result = Tensor.zeros<DType>(shape, first!.dtype);
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  let offset = 0;
  for (const input of inputs) {
    if (input.dtype !== first!.dtype || input.shape.length !== shape.length) throw new NotHere();
    const run = input.sizeAt(axis) * inner;
    if (run * outer !== input.size) throw new NotHere();
    for (let row = 0; row < outer; row++) {
      const part = input.data.subarray(row * run, (row + 1) * run);
      (result.data as Float64Array).set(part as Float64Array, row * length * inner + offset);
    }
    offset += run;
  }
  return result;
}

function gather([x, indices]: readonly Tensor[], attributes: Attributes): Tensor {
  const axis = normalizeAxis(attributes.int("axis", 0), x!.shape.length);
  const size = x!.sizeAt(axis);
  const wanted = numbersOf(indices).map((index) => (index < 0 ? index + size : index));
  if (!wanted.every((index) => index >= 0 && index < size)) throw new NotHere();
  const along = x!.shape.map((length, at) => (at === axis ? wanted : upTo(length)));
  const shape = [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)];
  bounded(shape);
  return pick(x!, shape, gridPositions(x!.shape, along));
}

function slice([x, starts, ends, axesGiven, steps]: readonly Tensor[]): Tensor {
  const from = Array.from(toNumbers(starts!));
  const to = Array.from(toNumbers(ends!));
  const axes = axesGiven === undefined ? upTo(from.length) : numbersOf(axesGiven);
  const strides = steps === undefined ? axes.map(() => 1) : numbersOf(steps);
  const along = x!.shape.map(upTo);
  axes.forEach((given, index) => {
    const axis = normalizeAxis(given, x!.shape.length);
    const [start, end, step] = [from[index], to[index], strides[index]] as [number, number, number];
    along[axis] = sliced(x!.sizeAt(axis), start, end, step);
  });
  const shape = along.map((indices) => indices.length);
  return pick(x!, shape, gridPositions(x!.shape, along));
}

/** The indices from `start` towards `end`, both counted from the end where negative and cut to the axis. */
function sliced(size: number, start: number, end: number, step: number): number[] {
  if (!Number.isSafeInteger(step) || step === 0) throw new NotHere();
  const place = (at: number): number => {
    const counted = at < 0 ? at + size : at;
    return step > 0 ? Math.min(Math.max(counted, 0), size) : Math.min(Math.max(counted, -1), size - 1);
  };
  const first = place(start);
  const count = Math.max(0, Math.ceil((place(end) - first) / step));
  return upTo(count).map((index) => first + index * step);
}

function reshaped([x, target]: readonly Tensor[], attributes: Attributes): Tensor {
  const keep = attributes.int("allowzero", 0) === 0;
  const shape = numbersOf(target).map((size, axis) => (size === 0 && keep ? x!.sizeAt(axis) : size));
  return x!.reshape(shape);
}

function squeezed([x, axesGiven]: readonly Tensor[]): Tensor {
  const rank = x!.shape.length;
  const axes =
    axesGiven === undefined
      ? upTo(rank).filter((axis) => x!.shape[axis] === 1)
      : normalizeAxes(numbersOf(axesGiven), rank);
  if (axes.some((axis) => x!.shape[axis] !== 1)) throw new NotHere();
  return x!.reshape(x!.shape.filter((_, axis) => !axes.includes(axis)));
}

function unsqueezed([x, axesGiven]: readonly Tensor[]): Tensor {
  const listed = numbersOf(axesGiven);
  if (listed.length > mostAxes) throw new NotHere();
  const axes = normalizeAxes(listed, x!.shape.length + listed.length);
  const left = [...x!.shape];
  const shape = upTo(x!.shape.length + axes.length).map((axis) =>
    axes.includes(axis) ? 1 : (left.shift() as number),
  );
  return x!.reshape(shape);
}

function transposed([x]: readonly Tensor[], attributes: Attributes): Tensor {
  const order = attributes.ints("perm") ?? upTo(x!.shape.length).reverse();
  const shape = order.map((axis) => x!.sizeAt(axis));
  const strides = x!.shape.map((_, axis) => sizeOf(x!.shape.slice(axis + 1)));
  const positions = positionsOf(shape, (index) =>
    index.reduce((sum, at, axis) => sum + at * (strides[order[axis] as number] as number), 0),
  );
  return pick(x!, shape, positions);
}

function range([start, limit, delta]: readonly Tensor[]): Tensor {
  const [from, to, step] = [start, limit, delta].map((x) => numbersOf(x)[0]) as [number, number, number];
  const [count] = bounded([Math.max(0, Math.ceil((to - from) / step))]) as [number];
  return made(
    start!.dtype,
    [count],
    upTo(count).map((index) => from + index * step),
  );
}

function constantOfShape([shape]: readonly Tensor[], attributes: Attributes): Tensor {
  const value = attributes.tensor("value") ?? Tensor.zeros([1]);
  return stretched(value.reshape([]), bounded(numbersOf(shape)));
}

const identity: Rule = ([x]) => x!;

const rules: Readonly<Record<string, Rule>> = {
  Abs: unary(Math.abs),
  Add: binary((a, b) => a + b),
  And: binary((a, b) => a & b),
  Cast: cast,
  Ceil: unary(Math.ceil),
  Concat: (inputs, attributes) => joined(inputs, attributes.int("axis")),
  ConstantOfShape: constantOfShape,
  Div: binary((a, b, integer) => (integer ? Math.trunc(a / b) : a / b)),
  Equal: test((a, b) => a === b),
  Expand: ([x, shape]) => stretched(x!, broadcastShapes(x!.shape, numbersOf(shape))),
  Floor: unary(Math.floor),
  Gather: gather,
  Greater: test((a, b) => a > b),
  GreaterOrEqual: test((a, b) => a >= b),
  Identity: identity,
  Less: test((a, b) => a < b),
  LessOrEqual: test((a, b) => a <= b),
  Max: variadic(Math.max),
  Min: variadic(Math.min),
  Mod: (inputs, attributes) => binary((a, b) => remainder(a, b, attributes))(inputs, attributes),
  Mul: binary((a, b) => a * b),
  Neg: unary((x) => -x),
  Not: unary((x) => Number(x === 0)),
  Or: binary((a, b) => a | b),
  Range: range,
  ReduceMax: reduction((values) => Math.max(...values)),
  ReduceMin: reduction((values) => Math.min(...values)),
  ReduceProd: reduction((values) => values.reduce((a, b) => a * b, 1)),
  ReduceSum: reduction((values) => values.reduce((a, b) => a + b, 0)),
  Reshape: reshaped,
  Slice: slice,
  Sqrt: unary(Math.sqrt),
  Squeeze: squeezed,
  Sub: binary((a, b) => a - b),
  Transpose: transposed,
  Unsqueeze: unsqueezed,
  Where: where,
};
