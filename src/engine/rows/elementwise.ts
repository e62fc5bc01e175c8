import type { Value } from "../graph/graph.js";
import { isFloat } from "../tensor/dtype.js";
import { along, none, type RowAxis, type Rows, type RowsCall, type RowsRule, sameRows } from "./rows.js";

/** Broadcasting counts axes from the end: all that have rows must have them in the same place there. */
export const elementwise: RowsRule = (call) => {
  const { node, inputs } = call;
  const rank = (node.outputs[0] as Value).rank;
  let found: RowAxis | undefined;
  for (const [place, rows] of inputs.entries()) {
    if (rows.kind === "none") continue;
    if (rows.kind !== "axis") return linear(call);
    const moved = along(rows, rows.axis + rank - (node.inputs[place] as Value).rank);
    if (found !== undefined && !sameRows(found, moved)) return undefined;
    found = moved;
  }
  return found ?? none;
};

const kept = new Set(["Neg", "Identity"]);

/** Sums and means over rows, of which linear functions are sums and means again. */
function linear({ node, inputs }: RowsCall): Rows | undefined {
  const { type } = node.operator;
  const [first = none, second = none] = inputs;
  const kinds = new Set(inputs.map(({ kind }) => kind));
  if (kept.has(type)) return first;
  if (type === "Cast") return isFloat((node.outputs[0] as Value).dtype) ? first : undefined;
  if (type === "Add" || type === "Sub" || type === "Sum") {
    if (kinds.size === 1 && (first.kind === "sum" || first.kind === "mean")) return first;
    // What no row enters is its own mean.
    return [...kinds].every((kind) => kind === "mean" || kind === "none") ? { kind: "mean" } : undefined;
  }
  if (type === "Mul") return product(first, second) ?? product(second, first);
  if (type !== "Div") return undefined;
  if (second.kind === "count") return first.kind === "sum" ? { kind: "mean" } : undefined;
  return second.kind === "none" && isFigure(first) ? first : undefined;
}

const isFigure = ({ kind }: Rows): boolean => kind === "sum" || kind === "mean";

function product(a: Rows, b: Rows): Rows | undefined {
  if (!isFigure(a)) return undefined;
  if (b.kind === "none") return a;
  if (a.kind === "sum" && b.kind === "share") return { kind: "mean" };
  return a.kind === "mean" && b.kind === "count" ? { kind: "sum" } : undefined;
}
