import type { Mode, Signature, StepDescription } from "../stepGraph.js";

/** What the rule looks at. */
export interface StepFacts {
  readonly description: StepDescription;
  readonly mode: Mode;
  readonly signature: Signature;
  /** Cores that this process may use. */
  readonly cores: number;
}

/** Parts that `"auto"` means, by a rule over model and cores: the same at every run. */
export function automaticParts(_facts: StepFacts): number {
  return 1;
}
