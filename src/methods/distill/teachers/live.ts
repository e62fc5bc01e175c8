import { ImagoError } from "../../../engine/errors.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Network } from "../../../nn/network/network.js";
import { differences, pairs } from "../twoClasses.js";
import { type ClassOptions, pickColumns, teacherColumns } from "./classes.js";
import { matchInputs, matchOutputs } from "./matching.js";
import { featureName, type TeacherNetwork, teacherOutputs } from "./network.js";
import { TeacherRunner } from "./runner.js";
import { type Asked, type TargetSource, targetName } from "./source.js";

export interface LiveOptions extends ClassOptions {
  readonly outputs?: Readonly<Record<string, string>> | undefined;
  readonly teacherGives?: "logits" | "probabilities" | undefined;
  /** The inner layer that is wanted in the place of outputs. */
  readonly feature?: string | undefined;
  readonly runtime?: Runtime | undefined;
}

/** What is known of a student by those who prepare its targets. */
export interface Pupil {
  /** Names of its inputs. */
  readonly inputs: readonly string[];
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
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name, tensor }) => ({ name, classes: classesOf(tensor.shape.at(-1)) })),
  };
}

interface Member {
  readonly runner: TeacherRunner;
  /** For each of its inputs the place among the student's. */
  readonly inputs: readonly number[];
  /** The teacher's output for each of the student's. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Teachers that run beside the student, on the batches that it sees. */
export class LiveTeachers implements TargetSource {
  readonly #members: readonly Member[];
  readonly #columns: ReadonlyMap<string, readonly number[] | undefined>;
  readonly #classes: ReadonlyMap<string, number | null | undefined>;
  readonly #feature: boolean;

  constructor(teachers: readonly TeacherNetwork[], pupil: Pupil, options: LiveOptions) {
    const { feature, teacherGives: gives, runtime } = options;
    const outputs = pupil.outputs.map(({ name }) => name);
    this.#feature = feature !== undefined;
    this.#columns = new Map(outputs.map((name) => [name, teacherColumns(options, name)]));
    this.#classes = new Map(pupil.outputs.map(({ name, classes }) => [name, classes]));
    this.#members = teachers.map((network) => {
      const matched = this.#feature
        ? new Map<string, string>()
        : matchOutputs(outputs, teacherOutputs(network), options.outputs);
      const wanted = { outputs: [...new Set(matched.values())], feature };
      return {
        runner: new TeacherRunner(network, { ...wanted, gives, runtime }),
        inputs: matchInputs(pupil.inputs, network),
        outputs: matched,
      };
    });
  }

  get count(): number {
    return this.#members.length;
  }

  async targets({ inputs }: Asked): Promise<Readonly<Record<string, Tensor>>> {
    const found: Record<string, Tensor> = {};
    // One after the other: each uses all cores.
    for (const [index, member] of this.#members.entries()) {
      const results = await member.runner.run(member.inputs.map((place) => inputs[place] as Tensor));
      if (this.#feature) found[featureName] = results[featureName] as Tensor;
      for (const [own, theirs] of member.outputs) {
        found[targetName(own, index)] = this.#inOrder(own, results[theirs] as Tensor);
      }
    }
    return found;
  }

  #inOrder(output: string, logits: Tensor): Tensor {
    return inStudentsClasses(output, logits, this.#columns.get(output), this.#classes.get(output));
  }

  async dispose(): Promise<void> {
    for (const { runner } of this.#members) await runner.dispose();
  }
}

/**
 * A teacher's logits in the student's classes.
 *
 * @param classes how many the student has
 * @throws when there are not as many
 */
export function inStudentsClasses(
  output: string,
  given: Tensor,
  columns: readonly number[] | undefined,
  classes: number | null | undefined,
): Tensor {
  const logits = ofTwo(given, columns, classes);
  const theirs = logits.shape.at(-1);
  const largest = columns === undefined ? -1 : Math.max(...columns);
  if (columns === undefined ? classes !== undefined && theirs !== classes : largest >= (theirs ?? 0)) {
    throw new ImagoError(
      columns === undefined
        ? `distill: the teacher gives ${theirs} classes for "${output}", the student ${classes}.`
        : `distill: teacherClasses names more classes for "${output}" than the ${theirs} that the teacher gives.`,
      { help: "Name the classes of both: classes and teacherClasses, each in the order of its output." },
    );
  }
  return pickColumns(logits, columns);
}

/** One probability and two classes say the same. */
function ofTwo(
  logits: Tensor,
  columns: readonly number[] | undefined,
  classes: number | null | undefined,
): Tensor {
  const theirs = logits.shape.at(-1);
  if (theirs === 1 && classes === 2) return pairs(logits);
  return theirs === 2 && classes === 1 && columns === undefined ? differences(logits) : logits;
}
