import type { Value } from "../graph/graph.js";
import { einsumTerms } from "../ops/define/einsumTerms.js";
import { reducedAxes } from "../ops/define/reduce.js";
import { normalizeAxis } from "../tensor/shape.js";
import { elementwise } from "./elementwise.js";
import { along, none, type Rows, type RowsRule, sameRows } from "./rows.js";

/** Rules of operators that put several elements together. */

const isNone = ({ kind }: Rows): boolean => kind === "none";

/** Reductions that add up over rows what each row has. */
const sums = new Set(["ReduceSum", "ReduceSumSquare", "ReduceL1"]);
/** Reductions of sums or means that are sums or means. */
const linear = new Set(["ReduceSum", "ReduceMean"]);

export const reduced: RowsRule = ({ node, inputs: [x = none, given = none] }) => {
  const { type } = node.operator;
  if (given.kind !== "none") return undefined;
  if (x.kind === "sum" || x.kind === "mean") return linear.has(type) ? x : undefined;
  if (x.kind !== "axis") return undefined;
  const axes = reducedAxes({ inputs: node.inputs as [Value, Value?], attributes: node.attributes });
  if (axes.includes(x.axis)) {
    if (sums.has(type)) return { kind: "sum" };
    return type === "ReduceMean" ? { kind: "mean" } : undefined;
  }
  if (node.attributes.int("keepdims", 1) === 1) return x;
  return along(x, x.axis - axes.filter((axis) => axis < x.axis).length);
};

/** Products of matrices: rows may count matrices or their outer axes, and are not what is summed over. */
export const product: RowsRule = ({ node, inputs: [a = none, b = none] }) => {
  const [left, right] = node.inputs as readonly [Value, Value];
  if (left.rank < 2 || right.rank < 2) return undefined;
  const { rank } = node.outputs[0] as Value;
  const fromEnd = (rows: Rows, value: Value): number => (rows.kind === "axis" ? value.rank - rows.axis : 0);
  const [ofLeft, ofRight] = [fromEnd(a, left), fromEnd(b, right)];
  const isSummed = ofLeft === 1 || ofRight === 2;
  if (isSummed || ![a, b].every(({ kind }) => kind === "axis" || kind === "none")) return undefined;
  const moved = [a, b]
    .map((rows, place) =>
      rows.kind === "axis" ? along(rows, rank - (place === 0 ? ofLeft : ofRight)) : undefined,
    )
    .filter((rows) => rows !== undefined);
  const [first, second] = moved;
  return second === undefined || sameRows(first as Rows, second) ? first : undefined;
};

/** A product of two matrices, either transposed, and what is added to it. */
export const gemm: RowsRule = (call) => {
  const { node, inputs } = call;
  const [a = none, b = none, c = none] = inputs;
  const across = node.attributes.int("transA", 0) === 1 ? 1 : 0;
  if (a.kind !== "axis" || a.axis !== across || b.kind !== "none") return undefined;
  const rows = along(a, 0);
  if (c.kind === "none") return rows;
  const added = node.inputs[2] as Value;
  return c.kind === "axis" && sameRows(along(c, c.axis + 2 - added.rank), rows) ? rows : undefined;
};

export const einsum: RowsRule = ({ node, inputs }) => {
  const operands = node.inputs as readonly Value[];
  const { operands: terms, result } = einsumTerms(
    node.attributes.string("equation"),
    operands.map(({ shape }) => shape),
  );
  let found: { readonly rows: Rows; readonly label: string } | undefined;
  for (const [place, rows] of inputs.entries()) {
    if (rows.kind === "none") continue;
    if (rows.kind !== "axis") return undefined;
    const label = terms[place]?.[rows.axis] as string;
    const isOnce = terms[place]?.indexOf(label) === terms[place]?.lastIndexOf(label);
    const moved = along(rows, result.indexOf(label));
    if (!isOnce || moved.axis < 0) return undefined;
    if (found !== undefined && (found.label !== label || !sameRows(found.rows, moved))) return undefined;
    found = { rows: moved, label };
  }
  return found?.rows;
};

/** What takes a batch of images or sequences by its first axis, and the rest the same for all. */
export const ofFirstAxis: RowsRule = ({ inputs: [x = none, ...others] }) =>
  x.kind === "axis" && x.axis === 0 && others.every(isNone) ? x : undefined;

/** As `ofFirstAxis`, of the first output alone; moving statistics are of all rows. */
export const firstOutput: RowsRule = (call) => {
  const rows = ofFirstAxis(call);
  if (rows === undefined || call.node.outputs.length > 1) return undefined;
  return call.node.attributes.int("training_mode", 0) === 0 ? rows : undefined;
};

/** The last axes, from one on. */
export const fromAxisOn: RowsRule = ({ node, inputs: [x = none, ...others] }) => {
  if (x.kind !== "axis" || !others.every(isNone)) return undefined;
  const axis = normalizeAxis(node.attributes.int("axis", -1), (node.inputs[0] as Value).rank);
  if (x.axis >= axis) return undefined;
  return node.outputs.map(() => x);
};

/** Bounds are the same for all. */
export const clipped: RowsRule = (call) =>
  call.inputs.slice(1).every(isNone) ? elementwise(call) : undefined;

/** A loop over time: states keep their rows, elements of sequences have theirs behind time. */
export const looped: RowsRule = ({ node, inputs, body }) => {
  const states = inputs.length - node.attributes.int("num_scan_inputs");
  const elements = inputs.slice(states).map((rows): Rows | undefined => {
    if (rows.kind === "none") return rows;
    return rows.kind === "axis" && rows.axis > 0 ? along(rows, rows.axis - 1) : undefined;
  });
  if (elements.some((rows) => rows === undefined)) return undefined;
  const before = inputs.slice(0, states);
  const after = body([...before, ...(elements as readonly Rows[])]);
  // A step that makes something else of a state would have to be walked over again.
  if (!before.every((rows, at) => sameRows(rows, after[at] as Rows))) return undefined;
  return after.map((rows, at) => {
    if (at < states || rows.kind !== "axis") return rows;
    return along(rows, rows.axis + 1);
  });
};
