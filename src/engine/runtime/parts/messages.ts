import type { Layout } from "./memory.js";

/** Memory that this thread and another see, and how tensors lie in it. */
export interface Shared {
  readonly layout: Layout;
  readonly memory: SharedArrayBuffer;
}

/** A model for one size of part. */
export interface PartModel {
  /** The bytes of a ModelProto. */
  readonly model: Uint8Array;
  /** ONNX Runtime's options of a session. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How what a part is fed alone lies in its memory. */
  readonly own: Layout;
  readonly results: Layout;
}

/** The memory of one part, and which of the models computes it. */
export interface PartMemory {
  readonly model: number;
  readonly own: SharedArrayBuffer;
  readonly results: SharedArrayBuffer;
}

/** A program that a thread is to make ready. */
export interface OpenProgram {
  readonly id: number;
  readonly models: readonly PartModel[];
  /** What all parts are fed alike; programs with the same `key` have it in the same memory. */
  readonly common: Shared & { readonly key: string };
  readonly parts: readonly PartMemory[];
  /** A {@link PartQueue}. */
  readonly queue: SharedArrayBuffer;
}

/** What a thread of parts is told. */
export type ToPart =
  | { readonly kind: "open"; readonly program: OpenProgram }
  | { readonly kind: "run"; readonly id: number }
  | { readonly kind: "close"; readonly id: number }
  | { readonly kind: "end" };

/** What it answers; the end of a run it tells by its control word alone. */
export type FromPart =
  | { readonly kind: "opened"; readonly id: number }
  | { readonly kind: "refused"; readonly id: number; readonly message: string };

/** What a thread is started with. */
export interface PartData {
  /** One of `control`'s, as an Int32Array, and behind it room for why a run failed. */
  readonly control: SharedArrayBuffer;
}

/** What a thread's control word says. */
export const control = { running: 0, done: 1, failed: 2 } as const;

/** Bytes of a control block: the word, the length of the message, the message. */
export const controlBytes = 4096;

/** Why the last run failed, as the thread wrote it. */
export function readFailure(memory: SharedArrayBuffer): string {
  const [, length = 0] = new Int32Array(memory, 0, 2);
  // Decoders refuse shared memory.
  return new TextDecoder().decode(new Uint8Array(memory, 8, length).slice());
}

export function writeFailure(memory: SharedArrayBuffer, message: string): void {
  const bytes = new TextEncoder().encode(message).subarray(0, controlBytes - 8);
  new Uint8Array(memory, 8).set(bytes);
  new Int32Array(memory, 0, 2)[1] = bytes.length;
}
