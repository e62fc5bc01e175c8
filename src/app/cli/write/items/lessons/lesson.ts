import type { TextOptions } from "../../../../../labs/sequence/text/config.js";
import type { CorpusIdentity } from "../../../../../labs/sequence/text/files/readCorpus.js";
import type { SequenceTask } from "../../../../../labs/sequence/training/sequenceTask.js";
import type { TaskConfig } from "../../../../../labs/sequence/training/taskConfig.js";
import type { TrainingOptions } from "../../../../../labs/sequence/training/trainingOptions.js";
import type { ItemFlags } from "../itemFlags.js";

/** What of a file is learnt, and how. */
export interface Lesson {
  readonly corpus: CorpusIdentity;
  readonly task: SequenceTask;
  /** What the task is made of, as it is saved. */
  readonly saved: TaskConfig;
  /** Items that are learnt, and that are held out. */
  readonly counts: { readonly learnt: number; readonly heldOut: number };
  /** The network and the items, in a few words each: `LSTM 256`, `23 different atom tokens`. */
  readonly about: { readonly network: string; readonly items: string };
  /** What tells each item that is learnt from others. */
  readonly keys: Iterable<string>;
  /** What the kind begins with where nothing is said. */
  readonly defaults: Partial<Omit<TrainingOptions, "steps">> & Pick<TrainingOptions, "steps" | "batchSize">;
  /** What was left out, in lines; may be empty. */
  readonly leftOut: (width: number) => string;
}

/** What a call says of it. */
export interface LessonOptions<C extends TaskConfig = TaskConfig> {
  readonly options: TextOptions;
  readonly flags: ItemFlags;
  /** As it was begun, where it is gone on with. */
  readonly saved: C | undefined;
}
