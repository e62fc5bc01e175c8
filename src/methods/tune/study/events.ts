/** Where an attempt may go on: files that were kept when a step was over. */
export interface CheckpointEntry {
  readonly step: number;
  /** What the store calls them. */
  readonly place: string;
}

/**
 * What happens to a study, in order; all that it knows follows from it. Numbers may be infinite or NaN in reports. Fields that are
 * not known are kept and passed over, so that older versions read what newer ones of the same format wrote.
 */
export type StudyEvent =
  /** Somebody wants a point tried before others. */
  | { readonly t: "enqueue"; readonly point: PointEntries }
  /** A parameter that a running trial asked for by itself, see `trial.float`. */
  | {
      readonly t: "learn";
      readonly trial: number;
      readonly name: string;
      readonly parameter: unknown;
      readonly value: number;
    }
  /** A trial begins, with its first attempt; or waits for it, proposed ahead. */
  | {
      readonly t: "ask";
      readonly trial: number;
      readonly point: PointEntries;
      readonly enqueued: boolean;
      readonly waits?: boolean | undefined;
      readonly time: number;
    }
  /** A trial goes on: one that was lost, or that was paused and is promoted. Reports beyond the step are forgotten. */
  | {
      readonly t: "attempt";
      readonly trial: number;
      readonly attempt: number;
      readonly from: number | null;
      readonly time: number;
    }
  | {
      readonly t: "report";
      readonly trial: number;
      readonly attempt: number;
      readonly step: number;
      readonly value: number;
      /** Whether it was the last, which no pruner judges. */
      readonly final?: boolean | undefined;
    }
  | {
      readonly t: "checkpoint";
      readonly trial: number;
      readonly attempt: number;
      readonly step: number;
      readonly place: string;
    }
  /** The model of a trial was kept. */
  | { readonly t: "model"; readonly trial: number; readonly attempt: number; readonly place: string }
  /** What was kept is not there any more. */
  | { readonly t: "forget"; readonly trial: number; readonly what: "checkpoint" | "model" }
  | { readonly t: "pause"; readonly trial: number; readonly attempt: number; readonly time: number }
  /** An attempt that came to no end; the trial waits for another. */
  | {
      readonly t: "lost";
      readonly trial: number;
      readonly attempt: number;
      readonly reason: string;
      /** Whether the trial is to blame: its process died, and not the one that started it. */
      readonly own: boolean;
      /** Whether somebody wanted it, so that nobody is to blame. */
      readonly wanted?: boolean | undefined;
      readonly time: number;
    }
  | {
      readonly t: "tell";
      readonly trial: number;
      readonly attempt: number;
      readonly state: "complete" | "pruned" | "failed";
      readonly values?: readonly number[] | undefined;
      readonly reason?: string | undefined;
      readonly time: number;
    }
  /** A trial was evaluated once more, when the search was over. */
  | {
      readonly t: "repeat";
      readonly trial: number;
      readonly repeat: number;
      readonly value: number | null;
      readonly reason?: string | undefined;
    }
  /** Test data were looked at. */
  | { readonly t: "look" }
  /** What was chosen. */
  | { readonly t: "finish"; readonly ending: unknown };

/** A point as plain JSON. */
export type PointEntries = readonly (readonly [path: string, value: number])[];

const isNumberText = (value: unknown): value is string =>
  value === "NaN" || value === "Infinity" || value === "-Infinity";

/** As JSON can hold it: numbers that JSON has not become texts. */
export function encodeEvent(event: StudyEvent): StudyEvent {
  if (event.t !== "report" || Number.isFinite(event.value)) return event;
  return { ...event, value: String(event.value) as never };
}

/** The other way round. */
export function decodeEvent(event: StudyEvent): StudyEvent {
  if (event.t !== "report" || !isNumberText(event.value)) return event;
  return { ...event, value: Number(event.value) };
}
