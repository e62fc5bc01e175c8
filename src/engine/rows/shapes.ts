import type { Value } from "../graph/graph.js";
import { constantInts } from "../ops/define/define.js";
import { normalizeAxis, type Shape, sizeOf } from "../tensor/shape.js";
import { along, none, type Rows, type RowsRule, rowsOfShapes, sameRows } from "./rows.js";

/** Rules of operators that give elements other places and compute nothing. */

const isShapeOperand = ({ kind }: Rows): boolean => kind === "none" || kind === "sizes";

/** For what keeps the elements and their order: the row of an element stands at the same place of its flat index. */
export const reshaped: RowsRule = ({ node, inputs: [x = none, ...operands], sizes }) => {
  if (!operands.every(isShapeOperand)) return undefined;
  if (x.kind !== "axis") return operands.every(({ kind }) => kind === "none") ? x : undefined;
  const { shape } = node.inputs[0] as Value;
  const stride = x.inner * sizeOf(shape.slice(x.axis + 1));
  return placed((node.outputs[0] as Value).shape, stride, sizes.whole);
};

/** The axis of `shape` in which the digit of the flat index lies that counts `rows` in steps of `stride`. */
function placed(shape: Shape, stride: number, rows: number): Rows | undefined {
  let behind = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (behind * size >= stride * rows) {
      const inner = stride / behind;
      const outer = size / (rows * inner);
      const isWhole = Number.isInteger(inner) && Number.isInteger(outer);
      return isWhole ? { kind: "axis", axis, outer, inner } : undefined;
    }
    behind *= size;
  }
  return undefined;
}

/** Repeated along axes of size 1: where the number of rows enters the shape, each row is the same. */
export const expanded: RowsRule = ({ node, twin, inputs: [x = none, shape = none], sizes }) => {
  const { shape: whole, rank } = node.outputs[0] as Value;
  if (x.kind === "axis" && isShapeOperand(shape)) {
    return along(x, x.axis + rank - (node.inputs[0] as Value).rank);
  }
  if (shape.kind === "sizes" && x.kind === "none") {
    return rowsOfShapes(whole, (twin.outputs[0] as Value).shape, sizes);
  }
  return shape.kind === "none" ? x : undefined;
};

/** All elements alike, whatever the shape. */
export const filled: RowsRule = ({ node, twin, inputs: [shape = none], sizes }) =>
  isShapeOperand(shape)
    ? rowsOfShapes((node.outputs[0] as Value).shape, (twin.outputs[0] as Value).shape, sizes)
    : undefined;

export const transposed: RowsRule = ({ node, inputs: [x = none] }) => {
  if (x.kind !== "axis") return x;
  const { rank } = node.inputs[0] as Value;
  const order = node.attributes.ints("perm") ?? Array.from({ length: rank }, (_, at) => rank - 1 - at);
  return along(x, order.indexOf(x.axis));
};

/** Operators along one axis, which must not be that of the rows; all inputs with rows have them in the same place. */
export const alongAxis =
  (fallback: number, name = "axis"): RowsRule =>
  ({ node, inputs }) => {
    const [first = none] = inputs;
    if (first.kind !== "axis") return undefined;
    const axis = normalizeAxis(node.attributes.int(name, fallback), (node.inputs[0] as Value).rank);
    return axis !== first.axis && inputs.every((rows) => sameRows(rows, first)) ? first : undefined;
  };

/** As `alongAxis`, what stands behind the first input being the same for all rows. */
export const alongAxisOfFirst =
  (fallback: number): RowsRule =>
  (call) =>
    call.inputs.slice(1).every(({ kind }) => kind === "none")
      ? alongAxis(fallback)({ ...call, inputs: call.inputs.slice(0, 1) })
      : undefined;

/** The largest or smallest place along an axis, which may be left out of the result. */
export const argument: RowsRule = (call) => {
  const rows = alongAxis(0)(call);
  if (rows === undefined || !("kind" in rows) || rows.kind !== "axis") return undefined;
  const { node } = call;
  const axis = normalizeAxis(node.attributes.int("axis", 0), (node.inputs[0] as Value).rank);
  return node.attributes.int("keepdims", 1) === 0 && axis < rows.axis ? along(rows, rows.axis - 1) : rows;
};

/** With an operand that says the axis: a constant number. */
export const alongOperand: RowsRule = ({ node, inputs: [x = none, axis = none] }) => {
  if (x.kind !== "axis" || axis.kind !== "none") return undefined;
  const [given = 0] = constantInts(node.inputs[1] as Value, "axis");
  return normalizeAxis(given, (node.inputs[0] as Value).rank) === x.axis ? undefined : x;
};

/** A part of each axis; of that of the rows all of it, forwards. */
export const sliced: RowsRule = ({ node, inputs: [x = none, ...operands] }) => {
  const isKnown = operands.every((rows, at) => (at === 1 ? isShapeOperand(rows) : rows.kind === "none"));
  if (x.kind !== "axis" || !isKnown) return undefined;
  const [data, starts, , axes, steps] = node.inputs as readonly Value[];
  const { rank } = data as Value;
  const from = constantInts(starts as Value, "starts");
  const given = axes === undefined ? from.map((_, at) => at) : constantInts(axes, "axes");
  const place = given.findIndex((axis) => normalizeAxis(axis, rank) === x.axis);
  if (place < 0) return x;
  const step = steps === undefined ? 1 : constantInts(steps, "steps")[place];
  const isAll = (node.outputs[0] as Value).shape[x.axis] === data?.shape[x.axis];
  return isAll && step === 1 && from[place] === 0 ? x : undefined;
};

/** More places around; none along the rows. */
export const padded: RowsRule = ({ node, inputs: [x = none, ...operands] }) => {
  if (x.kind !== "axis" || !operands.every(({ kind }) => kind === "none")) return undefined;
  const [data, pads, , axes] = node.inputs as readonly Value[];
  const { rank } = data as Value;
  const counts = constantInts(pads as Value, "pads");
  const given = axes === undefined ? Array.from({ length: rank }, (_, at) => at) : constantInts(axes, "axes");
  const place = given.findIndex((axis) => normalizeAxis(axis, rank) === x.axis);
  return place < 0 || (counts[place] === 0 && counts[place + given.length] === 0) ? x : undefined;
};

/** Repeated along axes other than that of the rows. */
export const tiled: RowsRule = ({ node, inputs: [x = none, repeats = none] }) => {
  if (x.kind !== "axis" || repeats.kind !== "none") return undefined;
  return constantInts(node.inputs[1] as Value, "repeats")[x.axis] === 1 ? x : undefined;
};

/** Places of one table for each row, or the same places of each row. */
export const gathered: RowsRule = ({ node, inputs: [x = none, indices = none] }) => {
  const [data, places] = node.inputs as readonly [Value, Value];
  const axis = normalizeAxis(node.attributes.int("axis", 0), data.rank);
  if (x.kind === "none" && indices.kind === "axis") return along(indices, indices.axis + axis);
  if (x.kind !== "axis" || indices.kind !== "none" || axis === x.axis) return undefined;
  return axis < x.axis ? along(x, x.axis + places.rank - 1) : x;
};

/** One axis more. */
export const oneHot: RowsRule = ({ node, inputs: [x = none, ...others] }) => {
  if (x.kind !== "axis" || !others.every(({ kind }) => kind === "none")) return undefined;
  const axis = normalizeAxis(node.attributes.int("axis", -1), (node.outputs[0] as Value).rank);
  return axis <= x.axis ? along(x, x.axis + 1) : x;
};

/** Sequences read backwards, each up to its own length. */
export const reversedSequences: RowsRule = ({ node, inputs: [x = none, lengths = none] }) => {
  const isApart =
    x.kind === "axis" &&
    x.axis === node.attributes.int("batch_axis", 1) &&
    x.axis !== node.attributes.int("time_axis", 0) &&
    sameRows(lengths, along(x, 0));
  return isApart ? x : undefined;
};

/** Matrices in the last two axes, of which those of the rows is none. */
export const triangular: RowsRule = ({ node, inputs: [x = none] }) =>
  x.kind === "axis" && x.axis < (node.inputs[0] as Value).rank - 2 ? x : undefined;
