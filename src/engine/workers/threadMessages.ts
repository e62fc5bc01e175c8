import type { SentError } from "./sentError.js";

/** What a pool says to a thread. */
export type ToThread =
  | { readonly kind: "job"; readonly id: number; readonly task: string; readonly argument: unknown }
  /** Nobody waits for this job any more; it is left out if it has not begun. */
  | { readonly kind: "cancel"; readonly id: number }
  /** It is to end when the job that runs is over. */
  | { readonly kind: "end" };

/** What a thread answers. */
export type FromThread =
  | { readonly kind: "ready" }
  /** It could not load the module of its tasks, and ends. */
  | { readonly kind: "unloaded"; readonly error: SentError }
  | { readonly kind: "begun"; readonly id: number }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: SentError };

/** What a thread is started with. */
export interface ThreadData {
  /** The URL of the module whose exported functions are the tasks. */
  readonly module: string;
}

/** What a task of a thread gives where buffers of its result are to change hands instead of being copied. */
export class Handed<T> {
  readonly value: T;
  readonly buffers: readonly ArrayBuffer[];

  constructor(value: T, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}
