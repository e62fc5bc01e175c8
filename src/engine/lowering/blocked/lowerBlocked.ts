import type { Graph } from "../../graph/graph.js";
import { type Rule, rewrite } from "../rewrite.js";
import { blockedArithmetic } from "./arithmetic.js";
import { blockedBorders } from "./borders.js";
import { blockedConcats, blockedSplits, blockedTransposes } from "./channels.js";
import { blockedConvolutions } from "./convolutions.js";
import { blockedElementwise } from "./elementwise.js";
import { FormStore } from "./formStore.js";
import { takesFrozen } from "./frozen.js";
import { blockedInterleaving } from "./interleaving.js";
import { blockedPools } from "./pools.js";
import { blockedSums } from "./sums.js";
import { blockedTransposedConvolutions } from "./transposedConvolutions.js";
import { blockedWeightGradients } from "./weights/gradient.js";

/** In the order in which they are tried at each node; `ofFrozen` says whether frozen convolutions are taken too. */
export function blockedRules(ofFrozen: boolean): Rule[] {
  const store = new FormStore();
  return [
    blockedWeightGradients(store),
    blockedConvolutions(store, ofFrozen),
    blockedInterleaving,
    blockedTransposedConvolutions,
    blockedPools,
    blockedConcats,
    blockedSplits,
    blockedTransposes,
    blockedBorders,
    blockedSums(store),
    blockedArithmetic(store),
    blockedElementwise(store),
  ];
}

/**
 * A graph whose convolutions with weights that change, and what stands between them forward and back, run on images that
 * stay in blocks of channels.
 */
export function lowerBlocked(graph: Graph): Graph {
  return rewrite(graph, { nodes: blockedRules(takesFrozen(graph)) });
}
