import type { Config } from "../../../nn/config/config.js";
import type { LearnerData } from "../learner.js";

/** A way to choose the columns that a learner is given. */
export interface Screener {
  /** By which it is saved, made again and named in reports. */
  readonly name: string;
  /** Its options in full, as plain JSON. */
  readonly config: Config;
  /** Whether name and config make it again in any process, as those in the box. Default: false. */
  readonly portable?: true | undefined;
  /**
   * @returns numbers of the columns to keep, from 0, rising
   * @throws {ImagoError} if the data cannot be meant, or not for this screener
   */
  screen(data: LearnerData): readonly number[] | Promise<readonly number[]>;
}
