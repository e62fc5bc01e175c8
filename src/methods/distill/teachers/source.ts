import type { Tensor } from "../../../engine/tensor/tensor.js";

/** Some samples of which a teacher's opinion is wanted. */
export interface Asked {
  /** The student's inputs, in its order. */
  readonly inputs: readonly Tensor[];
  /** Where they are from data in memory: their row numbers. */
  readonly rows?: ArrayLike<number> | undefined;
  /** Which view of the rows they are. Absent: the rows as they stand. */
  readonly view?: number | undefined;
}

/** Where a student's targets come from: teachers that run beside it, or a file. */
export interface TargetSource {
  /** How many teachers there are. */
  readonly count: number;
  /**
   * The teachers' logits in the student's classes, as `teacher/OUTPUT/INDEX`, or an inner layer, as `feature`.
   *
   * @returns nothing where there are none for these samples
   */
  targets(asked: Asked): Promise<Readonly<Record<string, Tensor>>>;
  dispose(): Promise<void>;
}

/** The name of one teacher's logits for one of the student's outputs. */
export const targetName = (output: string, index: number): string => `teacher/${output}/${index}`;
