import type { SentError } from "./sentError.js";

/** What a pool says to a worker. */
export type ToWorker =
  /** Once, first. */
  | {
      readonly kind: "start";
      /** The URL of the module whose exports are the tasks. */
      readonly module: string;
      readonly shared: Readonly<Record<string, unknown>>;
    }
  /** Only when the job before is over. */
  | { readonly kind: "job"; readonly task: string; readonly argument: unknown }
  /** To a question, by its number. */
  | { readonly kind: "answer"; readonly question: number; readonly value: unknown }
  | { readonly kind: "refusal"; readonly question: number; readonly error: SentError };

/**
 * The field in which a worker's answers go: what runs there may use the same channel for itself, which is nobody's business here.
 */
export const envelope = "imago.worker";

/** What a worker answers. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "message"; readonly value: unknown }
  | { readonly kind: "question"; readonly question: number; readonly value: unknown }
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: SentError };
