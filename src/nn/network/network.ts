import type { Optimizer } from "../optimizers/optimizer.js";
import type { Functional } from "./functional.js";
import type { Head } from "./heads.js";
import type { ModelVariable } from "./modelVariables.js";
import type { NamedTensor, Structure } from "./structure.js";

/** What `compile` made of its options. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly heads: readonly Head[];
}

/**
 * A network as those see it who train, evaluate, follow, save and export it, whoever made it: a graph of layers'
 * calls, its variables, and what its outputs are trained on.
 */
export interface Network {
  readonly name: string;
  readonly seed: number;
  readonly functional: Functional;
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
  /** As the user gave them: one tensor, a list, or a record. */
  readonly inputStructure: Structure;
  readonly outputStructure: Structure;
  /** Every weight, statistic and state, in the order of the layers. */
  readonly variables: readonly ModelVariable[];
  readonly isCompiled: boolean;
  /** @throws before the network is compiled */
  readonly compiled: Compiled;
}
