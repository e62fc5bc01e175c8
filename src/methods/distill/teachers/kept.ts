import { ImagoError } from "../../../engine/errors.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Views } from "../augment.js";
import type { ClassOptions } from "./classes.js";
import { checkClasses, inStudentsClasses, type OutputClasses, outputClasses } from "./inClasses.js";
import { matchOutputs } from "./matching.js";
import type { Pupil } from "./pupil.js";
import type { SoftTargets } from "./softTargets.js";
import { type Asked, type TargetSource, targetName } from "./source.js";

export interface KeptOptions extends ClassOptions, Views {
  readonly outputs?: Readonly<Record<string, string>> | undefined;
  readonly views?: number | undefined;
}

/** Targets that were computed before, by row number. */
export class KeptTargets implements TargetSource {
  readonly #kept: SoftTargets;
  readonly #outputs: ReadonlyMap<string, string>;
  readonly #classes: ReadonlyMap<string, OutputClasses>;

  constructor(kept: SoftTargets, pupil: Pupil, options: KeptOptions) {
    const names = pupil.outputs.map(({ name }) => name);
    this.#kept = kept;
    this.#outputs = matchOutputs(names, kept.info.outputs, options.outputs);
    this.#classes = outputClasses(pupil, options);
    for (const [own, theirs] of this.#outputs) {
      const { shape } = kept.tensors[targetName(theirs, 0)] as Tensor;
      checkClasses(shape.at(-1), this.#classes.get(own) as OutputClasses);
    }
    checkViews(kept, options);
  }

  get count(): number {
    return this.#kept.info.count;
  }

  async targets({ rows, view }: Asked): Promise<Readonly<Record<string, Tensor>>> {
    const { views, count } = this.#kept.info;
    // Rows that are not of the data, and rows as they stand where views alone were computed, have no targets.
    if (rows === undefined || (view === undefined) !== (views === undefined)) return {};
    const found: Record<string, Tensor> = {};
    for (const [own, theirs] of this.#outputs) {
      for (let index = 0; index < count; index++) {
        const logits = this.#kept.rows(theirs, index, rows, view ?? 0);
        found[targetName(own, index)] = inStudentsClasses(logits, this.#classes.get(own) as OutputClasses);
      }
    }
    return found;
  }

  async dispose(): Promise<void> {}
}

function checkViews({ info }: SoftTargets, { augment, views, seed }: KeptOptions): void {
  if ((augment === undefined) !== (info.views === undefined)) {
    throw new ImagoError(
      augment === undefined
        ? `distill: the soft targets are of ${info.views} augmented views.`
        : "distill: the soft targets are of the data as they stand, and the student would see them augmented.",
      { help: "Give softTargets and distill the same augment, views and seed, or let the teacher run live." },
    );
  }
  if (info.views !== undefined && (views !== info.views || seed !== info.seed)) {
    throw new ImagoError(
      `distill: the soft targets are of ${info.views} views under seed ${info.seed}; give views and seed so.`,
    );
  }
}
