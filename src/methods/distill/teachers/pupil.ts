import type { OpenShape } from "../../../nn/layers/base/symbolic.js";
import type { Network } from "../../../nn/network/network.js";

/** What is known of a student by those who prepare its targets. */
export interface Pupil {
  readonly inputs: readonly {
    readonly name: string;
    /** With the batch in front. Absent where it is not known. */
    readonly shape?: OpenShape | undefined;
  }[];
  readonly outputs: readonly {
    readonly name: string;
    /** How many there must be. Absent: as many as the teacher has. */
    readonly classes?: number | null | undefined;
  }[];
}

/**
 * A student as one that is taught.
 *
 * @param numbers whether an output of one number is that number, and not the probability of one of two classes
 */
export function pupilOf({ inputs, outputs }: Pick<Network, "inputs" | "outputs">, numbers: boolean): Pupil {
  const classesOf = (last: number | null | undefined) => (last === 1 && !numbers ? 2 : last);
  return {
    inputs: inputs.map(({ name, tensor: { shape } }) => ({ name, shape })),
    outputs: outputs.map(({ name, tensor }) => ({ name, classes: classesOf(tensor.shape.at(-1)) })),
  };
}
