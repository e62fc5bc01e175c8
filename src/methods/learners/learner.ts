import type { Value } from "../../engine/graph/graph.js";
import type { Generator } from "../../engine/random/generator.js";
import type { Config } from "../../nn/config/config.js";
import type { Matrix } from "./matrix.js";

/** What a learner learns from. */
export interface LearnerData {
  /** [rows, columns], NaN where a number is missing. */
  readonly x: Matrix;
  /** [rows]: numbers, or for classes their numbers, whole and from 0 to `classes` − 1. */
  readonly y: Float64Array;
  /** [rows], finite and from 0, not all 0; only their proportions count. Default: all equal. */
  readonly weights?: Float64Array | undefined;
  /** How many classes there are, from 2. Default: none, y is a number to be met (regression). */
  readonly classes?: number | undefined;
  /** What is drawn depends on it and on nothing else: each learner splits off its own streams. */
  readonly random: Generator;
  /** Ends long work with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A way to learn from rows of columns, with its options. */
export interface Learner {
  /** By which it is saved, made again and named in reports. */
  readonly name: string;
  /** Its options in full, as plain JSON. */
  readonly config: Config;
  /**
   * How any process makes it again, so that it may be fitted in another: `true` for those in the box, by name and config;
   * or a module that exports it. Default: it stays in this one.
   */
  readonly portable?: true | ModuleSource | undefined;
  /**
   * Learns; what it is given stays as it is.
   *
   * @throws {ImagoError} if the data cannot be meant, or not for this learner: `ridge: x[3, 1] is NaN …`
   */
  fit(data: LearnerData): Fitted | Promise<Fitted>;
}

/** Where a module has a learner. */
export interface ModuleSource {
  /** Its `file:` URL, or what `import` finds everywhere: a package's name; of Imago's own files see `ownEntry`. */
  readonly module: string;
  /** A learner, or a function that gives one, of `options`. */
  readonly export: string;
  readonly options?: Config | undefined;
}

/** What has been learnt. */
export interface Fitted {
  /**
   * @param x [rows, columns], as many columns as were learnt from
   * @returns [rows] for regression; [rows, classes], row-major, of probabilities for classes
   */
  predict(x: Matrix): Float64Array | Promise<Float64Array>;
  /**
   * The same as operators in the graph of `x`: float32 or float64 [rows, columns] to [rows] or [rows, classes] of the
   * same element type. Absent where there is no such form.
   */
  emit?(x: Value): Value;
  /** All of it as plain JSON, to be saved or sent to a worker; `restoreFitted` makes it again. */
  readonly state: SavedFitted;
}

/** What has been learnt, as plain JSON: the kind of its form, and what belongs to that kind. */
export interface SavedFitted {
  /** `"linear"`, `"neighbours"`, `"trees"`, `"network"` … */
  readonly kind: string;
  readonly [key: string]: SavedValue;
}

export type SavedValue =
  | string
  | number
  | boolean
  | null
  | readonly SavedValue[]
  | { readonly [key: string]: SavedValue };
