import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { list, number, oneOf, optional, readOptions, text } from "../../../engine/options.js";
import { checkRows } from "../checkData.js";
import type { Fitted } from "../learner.js";
import { type Link, linked, links } from "../links.js";
import { learntNumber, learntNumbers, packNumbers, unpackNumbers } from "../savedNumbers.js";
import { checkTrees } from "./checkTrees.js";
import { emitTrees } from "./emitTrees.js";
import type { Trees } from "./nodes.js";
import { addLeaves, asSeen } from "./walk.js";

/** link(baseline + scale · Σ leaves of trees). */
export interface TreeSum {
  readonly learner: string;
  readonly link: Link;
  readonly trees: Trees;
  /** [outputs] */
  readonly baseline: readonly number[];
  readonly scale: number;
}

export interface TreesState {
  readonly kind: "trees";
  readonly learner: string;
  readonly link: Link;
  readonly baseline: readonly number[];
  readonly scale: number;
  readonly width: number;
  /** int32 as base64, as are `nodes` and `sets`. */
  readonly roots: string;
  readonly nodes: string;
  readonly sets: string;
  /** float64 as base64. */
  readonly values: string;
  /** For each column `null`, or its categories. */
  readonly categories: readonly (readonly number[] | null)[];
  readonly [key: string]: string | number | readonly number[] | readonly (readonly number[] | null)[];
}

/** What was learnt by trees. */
export function treesFitted(sum: TreeSum): Fitted {
  const { learner, link, trees, baseline, scale } = sum;
  return {
    emit: (x: Value) => emitTrees(sum, x),
    predict: (x) => {
      checkRows(learner, x, trees.categories.length, { missing: true });
      const sums = new Float64Array(x.rows * baseline.length);
      addLeaves(trees, asSeen(x, trees.categories), sums, baseline.length);
      for (let i = 0; i < sums.length; i++) sums[i] = baseline[i % baseline.length]! + scale * sums[i]!;
      return linked(link, sums, baseline.length);
    },
    get state(): TreesState {
      return {
        kind: "trees",
        learner,
        link,
        baseline,
        scale,
        width: trees.width,
        roots: packNumbers(trees.roots),
        nodes: packNumbers(trees.nodes),
        sets: packNumbers(trees.sets),
        values: packNumbers(trees.values),
        categories: trees.categories.map((own) => (own === undefined ? null : [...own])),
      };
    },
  };
}

/** Numbers as base64. */
const packed = text();

const fields = {
  kind: text(),
  learner: text(),
  link: oneOf(links),
  baseline: learntNumbers,
  scale: learntNumber,
  width: number({ min: 1, integer: true }),
  ...{ roots: packed, nodes: packed, sets: packed, values: packed },
  categories: list(optional(learntNumbers), "an array of categories, or null"),
};

/** @throws {ImagoError} if a part is not what was saved */
export function restoreTrees(state: TreesState): Fitted {
  const { learner, link, baseline, scale, width, categories, ...rest } = readOptions("trees", state, fields);
  const trees: Trees = {
    roots: unpackNumbers(`${learner}: roots`, rest.roots, Int32Array),
    nodes: unpackNumbers(`${learner}: nodes`, rest.nodes, Int32Array),
    sets: unpackNumbers(`${learner}: sets`, rest.sets, Int32Array),
    values: unpackNumbers(`${learner}: values`, rest.values, Float64Array),
    width,
    categories: categories.map((own) => (own === undefined ? undefined : Float32Array.from(own))),
  };
  checkTrees(learner, trees);
  if (baseline.length === 0 || (width !== 1 && width !== baseline.length)) {
    throw new ImagoError(`${learner}: ${baseline.length} outputs of leaves with ${width} values.`);
  }
  return treesFitted({ learner, link, trees, baseline, scale });
}
