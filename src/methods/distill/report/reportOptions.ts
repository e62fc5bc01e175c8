import { accepting, type FieldsOf, list, number, optional, text } from "../../../engine/options.js";
import { Model } from "../../../nn/models/model.js";

export interface ReportOptions {
  /** A model like the student that was trained on labels alone, to compare. Default: none is compared. */
  readonly alone?: Model | undefined;
  /** Which output the report is about. Default: the first. */
  readonly output?: string | undefined;
  /** At which temperatures the entropy of the teacher's targets is shown. Default: 1, 2, 4, 8 and 20. */
  readonly temperatures?: readonly number[] | undefined;
  /** Samples that run together, for the milliseconds too. Default: 100. */
  readonly batchSize?: number | undefined;
}

export const reportFields = {
  alone: optional(accepting("a Model", (value): value is Model => value instanceof Model)),
  output: optional(text()),
  temperatures: optional(list(number({ above: 0, max: 1e6 }), "an array of numbers")),
  batchSize: number({ default: 100, min: 1, integer: true }),
} satisfies FieldsOf<ReportOptions>;

/** One network in a report. */
export interface NetworkFigures {
  /** Share of samples whose likeliest class is the right one. */
  readonly accuracy: number;
  /** Samples (positions) whose likeliest class is another. */
  readonly errors: number;
  /** Binomial standard error of `errors`. */
  readonly standardError: number;
  /** Numbers that it holds: weights and statistics. */
  readonly parameters: number;
  /** For one sample, on this machine, in batches. */
  readonly milliseconds: number;
}

/** What distillation brought. */
export interface DistillReport {
  readonly output: string;
  readonly samples: number;
  /** All teachers together. Absent where soft targets were computed before. */
  readonly teacher?: NetworkFigures | undefined;
  /** The student without a teacher, where one was given. */
  readonly alone?: NetworkFigures | undefined;
  readonly student: NetworkFigures;
  /** Share of samples on which student and teacher hold the same class for the likeliest. */
  readonly agreement?: number | undefined;
  /** Mean entropy of the targets in nats, at each temperature. */
  readonly entropies: readonly { readonly temperature: number; readonly nats: number }[];
  /** The largest entropy there can be: log of the number of classes. */
  readonly largestEntropy: number;
  /** All of this, for reading. */
  readonly text: string;
  /** The entropies as a picture: an SVG of its own. */
  readonly svg: string;
}
