import type { Point } from "../space/dimensions.js";
import type { CheckpointEntry } from "./events.js";

/**
 * Where a trial stands: it waits after an attempt that was interrupted, is being evaluated, was paused and may be promoted, or is
 * over.
 */
export type TrialState = "waiting" | "running" | "paused" | "complete" | "pruned" | "failed";

/** What is known of a trial. */
export interface TrialRecord<P = Readonly<Record<string, unknown>>> {
  /** From 0, in the order in which they began. */
  readonly number: number;
  readonly params: P;
  readonly state: TrialState;
  /** What the objective gave; of a pruned or paused trial its last report. Absent for others. */
  readonly value?: number | undefined;
  /** What it gave for each of several directions. */
  readonly values?: readonly number[] | undefined;
  /** Reports on the way, `[step, value]`, in their order. */
  readonly reports: readonly (readonly [step: number, value: number])[];
  /** Why it failed, was pruned, or waits. */
  readonly reason?: string | undefined;
  /** Whether it was asked for by `enqueue`. */
  readonly enqueued: boolean;
  /** How often it was begun: more than once where it was promoted, or came to no end before. */
  readonly attempts: number;
  /** Where its model was kept; in a study with a folder what `loadModel` takes. */
  readonly model?: string | undefined;
}

/** The same while it is kept. */
export interface Kept {
  readonly number: number;
  point: Point;
  /** The parameters that it asked for by itself. */
  readonly used: Set<string>;
  state: TrialState;
  values: readonly number[] | undefined;
  reports: [step: number, value: number][];
  reason: string | undefined;
  readonly enqueued: boolean;
  attempt: number;
  checkpoint: CheckpointEntry | undefined;
  model: string | undefined;
  /** The step of the last report that was judged for good: what it led to is over. */
  settled: number;
  /** Attempts in a row that came to no end without a step further: by its own fault, and by others'. */
  lostByItself: number;
  lostByOthers: number;
  /** Whether its parameters are not known any more. */
  readonly isDamaged: boolean;
}

/** From when to when an attempt went on, by the clock of whoever wrote it, in milliseconds since 1970. */
export interface Span {
  readonly trial: number;
  readonly attempt: number;
  readonly began: number;
  readonly ended?: number | undefined;
  readonly how?: TrialState | undefined;
}
