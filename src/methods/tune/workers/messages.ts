import type { TrialFacts } from "../study/trial.js";

/** What a process is given of a trial. Its params are made there where its script has the space, else they are sent. */
export interface SentTrial extends Omit<TrialFacts<unknown>, "params"> {
  readonly script: string;
  /** Of a study that was given a space. */
  readonly space: unknown;
  readonly point: readonly (readonly [path: string, value: number])[];
  readonly params: unknown;
}

/** What a trial in another process wants of its study. */
export type TrialQuestion =
  | { readonly kind: "report"; readonly value: number; readonly step: number; readonly final: boolean }
  | { readonly kind: "checkpoint" }
  | {
      readonly kind: "save";
      readonly step: number;
      readonly files: Readonly<Record<string, Uint8Array>>;
    }
  | { readonly kind: "keep"; readonly files: Readonly<Record<string, Uint8Array>> }
  | { readonly kind: "learn"; readonly name: string; readonly parameter: unknown; readonly value: number };

/** What it came to. */
export interface SentOutcome {
  /** What the objective gave, where it can be sent. */
  readonly outcome: unknown;
  readonly verdict: "go on" | "pause" | "prune";
  /** What a report threw that nobody waited for. */
  readonly fault: string | undefined;
}
