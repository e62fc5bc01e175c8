import type { Value } from "../../graph/graph.js";
import { concat } from "../../ops/concat.js";
import { split } from "../../ops/split.js";
import { permutationOf } from "../noOps.js";
import { isStandard, type Rule } from "../rewrite.js";
import { blocked, fillsBlocks } from "./images.js";
import { blockedSource, reorderOutput } from "./operators.js";

const concats = new Set(["Concat"]);
const splits = new Set(["Split"]);
const transposes = new Set(["Transpose"]);

/** Images put together from whole blocks of channels, and taken apart into them. */
export const blockedConcats: Rule = ({ node, inputs, graph }) => {
  if (!isStandard(node, concats) || graph.parent !== undefined || node.attributes.int("axis") !== 1)
    return undefined;
  const parts = inputs as readonly Value[];
  const suits = parts.every((part) => part.rank === 4 && part.dtype === "float32" && fillsBlocks(part));
  if (!suits || !parts.some((part) => blockedSource(part) !== undefined)) return undefined;
  const whole = concat(parts.map(blocked), { axis: 1 });
  return [reorderOutput(whole, whole.size(1))];
};

/** The other way. */
export const blockedSplits: Rule = ({ node, inputs: [x], graph }) => {
  const source = graph.parent === undefined ? blockedSource(x) : undefined;
  if (source === undefined || !isStandard(node, splits) || node.attributes.int("axis", 0) !== 1)
    return undefined;
  if (!node.outputs.every(fillsBlocks)) return undefined;
  const parts = split(source, { axis: 1, sizes: node.outputs.map((part) => part.size(1)) });
  return parts.map((part) => reorderOutput(part, part.size(1)));
};

/** An image in blocks with its channels last: brought there at once. */
export const blockedTransposes: Rule = ({ node, inputs: [x], graph }) => {
  const source = graph.parent === undefined ? blockedSource(x) : undefined;
  if (x === undefined || source === undefined || !isStandard(node, transposes)) return undefined;
  if (permutationOf(node.attributes.ints("perm"), 4).join() !== "0,2,3,1") return undefined;
  return [reorderOutput(source, x.size(1), true)];
};
