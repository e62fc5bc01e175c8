import type { Ending } from "../ending/ending.js";
import type { ParameterImportance } from "../importance/parameterImportance.js";
import type { Space } from "../space/parameters.js";
import type { Direction } from "../study/options.js";
import type { Span, TrialRecord } from "../study/record.js";

/** A study as reports see it. */
export interface StudyView {
  readonly space: Space;
  readonly directions: readonly Direction[];
  readonly direction: Direction;
  readonly settings: {
    readonly sampler: { readonly name: string; readonly config: object };
    readonly pruner?: { readonly name: string; readonly config: object } | undefined;
    readonly seed: number;
    readonly noisy: boolean;
  };
  readonly trials: readonly TrialRecord[];
  readonly order: readonly number[];
  readonly timeline: readonly Span[];
  readonly problems: readonly string[];
  /** Of several directions there is none, and asking throws. */
  readonly best: (TrialRecord & { readonly value: number }) | undefined;
  readonly front: readonly TrialRecord[];
  readonly ending: Ending | undefined;
  importance(): readonly ParameterImportance[];
}
