import type { Point } from "../space/dimensions.js";

/** What is known of a trial. */
export interface TrialRecord<P = Readonly<Record<string, unknown>>> {
  /** From 0, in the order in which they began. */
  readonly number: number;
  readonly params: P;
  readonly state: "running" | "complete" | "pruned" | "failed";
  /** What the objective gave; of a pruned trial its last report. Absent for others. */
  readonly value?: number | undefined;
  /** Reports on the way, `[step, value]`, in their order. */
  readonly reports: readonly (readonly [step: number, value: number])[];
  /** Why it failed, or was pruned. */
  readonly reason?: string | undefined;
  /** Whether it was asked for by `enqueue`. */
  readonly enqueued: boolean;
}

/** The same while it is kept. */
export interface Kept {
  readonly number: number;
  readonly point: Point;
  state: TrialRecord["state"];
  value: number | undefined;
  readonly reports: [step: number, value: number][];
  reason: string | undefined;
  readonly enqueued: boolean;
}
