import { Attributes, int } from "../graph/attributes.js";
import type { Node, Value } from "../graph/graph.js";
import { int64Vector } from "../ops/define/define.js";
import { type ReduceInputs, reducedAxes } from "../ops/define/reduce.js";
import { sameShape } from "../tensor/shape.js";
import { emitAs, isStandard, producerOf, type Rule, type Site } from "./rewrite.js";

const reshapes = new Set(["Reshape", "Squeeze", "Unsqueeze"]);
const sums = new Set(["ReduceSum"]);
const reduces = new Set([
  ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSumSquare"],
  ...["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp"],
]);

/**
 * A reduction whose reduced axes are taken away or put back behind it does that itself, and a sum of sums is
 * one sum. Only where nothing else uses the inner result, which would be computed twice.
 */
export const reductions: Rule = (site) => {
  const inner = producerOf(site.inputs[0], reduces);
  const old = site.node.inputs[0];
  if (old === undefined || site.uses(old) !== 1 || inner === undefined) return undefined;
  if (isStandard(site.node, reshapes)) return reshaped(site, inner);
  return isStandard(site.node, sums) && isStandard(inner, sums) ? summed(site, inner) : undefined;
};

function readAxes({ inputs, attributes }: Pick<Node, "inputs" | "attributes">): number[] {
  return reducedAxes({ inputs: inputs as ReduceInputs, attributes });
}

function emitReduction(site: Site, inner: Node, axes: readonly number[], keep: boolean): Value[] {
  const { node, graph } = site;
  const attributes = new Attributes({
    keepdims: int(keep ? 1 : 0),
    noop_with_empty_axes: axes.length === 0 ? int(1) : undefined,
  });
  const inputs = [inner.inputs[0], graph.constant(int64Vector(axes))];
  return emitAs(node, graph, inner.operator, inputs, attributes);
}

function reshaped(site: Site, inner: Node): readonly Value[] | undefined {
  const axes = readAxes(inner);
  const x = inner.inputs[0] as Value;
  const { shape } = site.node.outputs[0] as Value;
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const taken = x.shape.filter((_, axis) => !axes.includes(axis));
  if (sameShape(shape, taken)) return emitReduction(site, inner, axes, false);
  return sameShape(shape, kept) ? emitReduction(site, inner, axes, true) : undefined;
}

function summed(site: Site, inner: Node): readonly Value[] | undefined {
  const keep = site.node.attributes.int("keepdims", 1) === 1;
  const innerKeeps = inner.attributes.int("keepdims", 1) === 1;
  const first = readAxes(inner);
  const second = readAxes({ inputs: site.inputs, attributes: site.node.attributes });
  if (innerKeeps) {
    // One operator keeps all of its axes or none.
    const alike = keep || first.every((axis) => second.includes(axis));
    return alike ? emitReduction(site, inner, union(first, second), keep) : undefined;
  }
  if (keep) return undefined;
  // The outer sum counts the axes that the inner one left.
  const left = (inner.inputs[0] as Value).shape.flatMap((_, axis) => (first.includes(axis) ? [] : [axis]));
  const outer = second.map((axis) => left[axis] as number);
  return emitReduction(site, inner, union(first, outer), false);
}

function union(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}
