import { type Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { Batch } from "../../nn/data/batch.js";
import type { Head } from "../../nn/network/heads.js";
import { targetName } from "./teachers/source.js";

/**
 * The likeliest class at each position: the place of the largest of the last axis, the first of equal ones; of single
 * probabilities 1 from one half on.
 */
export function likeliest(scores: Tensor): Int32Array {
  const numbers = toNumbers(scores);
  const classes = scores.sizeAt(-1);
  if (classes === 1) return Int32Array.from(numbers, (p) => Number(p >= 0.5));
  const found = new Int32Array(numbers.length / classes);
  for (let row = 0; row < found.length; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if ((numbers[row * classes + k] as number) > (numbers[row * classes + best] as number)) best = k;
    }
    found[row] = best;
  }
  return found;
}

/** How many samples are looked at before anything is said. */
const enough = 256;

/** Looks whether teacher and labels agree on the first samples: classes in another order make no error otherwise. */
export class AgreementTally {
  #agreed = 0;
  #seen = 0;

  state(): readonly [agreed: number, seen: number] {
    return [this.#agreed, this.#seen];
  }

  restore(agreed: number, seen: number): void {
    this.#agreed = agreed;
    this.#seen = seen;
  }

  /** Looks at one batch of an output; at none where it has no labels or no targets. */
  look(
    head: Head | undefined,
    { targets: labels }: Batch,
    targets: Readonly<Record<string, Tensor>>,
  ): string | undefined {
    const [own, theirs] = [labels[0], targets[targetName(head?.name ?? "", 0)]];
    const kind = head?.loss?.targetKind;
    if (own === undefined || theirs === undefined || (kind !== "classNumbers" && kind !== "oneHot"))
      return undefined;
    return this.add(theirs, own);
  }

  /**
   * @param labels class numbers, or one-hot rows of the scores' shape; negative numbers are no labels
   * @returns a warning, once enough was seen and they agree less often than by chance
   */
  add(teacher: Tensor, labels: Tensor): string | undefined {
    if (this.#seen >= enough) return undefined;
    const found = likeliest(teacher);
    const right = labels.size === teacher.size ? likeliest(labels) : toNumbers(labels);
    if (right.length !== found.length) return undefined;
    found.forEach((label, index) => {
      const wanted = right[index] as number;
      if (wanted < 0) return;
      this.#seen++;
      if (wanted === label) this.#agreed++;
    });
    const classes = teacher.sizeAt(-1);
    if (this.#seen < enough || this.#agreed * classes >= this.#seen) return undefined;
    return (
      `Teacher and labels agree on ${this.#agreed} of ${this.#seen} samples, less than by chance: are the classes in ` +
      "another order? Give classes and teacherClasses."
    );
  }
}
