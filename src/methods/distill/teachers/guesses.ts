import { ImagoError } from "../../../engine/errors.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { TeacherNetwork } from "./network.js";
import { areProbabilities, logarithms, strangeTo } from "./probabilities.js";

/** What outputs are where no graph shows it. */
export type Gives = "logits" | "probabilities";

/**
 * What teachers' outputs are taken for: what the user said, or what the first values look like. Kept for all later runs of
 * the same teachers, which must not be read another way.
 */
export class Guesses {
  readonly #said: Gives | undefined;
  readonly #warn: (warning: string) => void;
  readonly #kinds = new Map<TeacherNetwork, Map<string, Gives>>();

  constructor(said: Gives | undefined, warn: (warning: string) => void) {
    this.#said = said;
    this.#warn = warn;
  }

  /**
   * An output as logits.
   *
   * @throws when it was taken for probabilities and is none
   */
  asLogits(teacher: TeacherNetwork, output: string, values: Tensor): Tensor {
    const kind = this.#said ?? this.#kinds.get(teacher)?.get(output) ?? this.#guess(teacher, output, values);
    if (kind === "logits") return values;
    const strange = strangeTo(values);
    if (strange === undefined) return logarithms(values);
    const reason =
      this.#said === undefined ? "which its first values look like, and now" : "as teacherGives says, and";
    throw new ImagoError(
      `the teacher "${teacher.name}": its output "${output}" was taken for probabilities, ${reason} ${strange}.`,
      { help: 'If these are logits or other numbers, give teacherGives: "logits".' },
    );
  }

  #guess(teacher: TeacherNetwork, output: string, values: Tensor): Gives {
    const kind = areProbabilities(values) ? "probabilities" : "logits";
    const kinds = this.#kinds.get(teacher) ?? new Map<string, Gives>();
    this.#kinds.set(teacher, kinds.set(output, kind));
    // Rows that add up to 1 are hardly anything else; single numbers from 0 to 1 may well be.
    if (kind === "probabilities" && values.shape.at(-1) === 1) {
      this.#warn(
        `The first values of the output "${output}" of the teacher "${teacher.name}" are single numbers from 0 to 1, so ` +
          'they are taken for probabilities. Say so by teacherGives: "probabilities"; if they are logits or other ' +
          'numbers, by teacherGives: "logits".',
      );
    }
    return kind;
  }
}
