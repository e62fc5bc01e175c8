import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { ClassOptions } from "./classes.js";
import type { Guesses } from "./guesses.js";
import { checkClasses, inStudentsClasses, type OutputClasses, outputClasses } from "./inClasses.js";
import { matchInputs, matchOutputs } from "./matching.js";
import { featureName, type TeacherNetwork, teacherClassCount, teacherOutputs } from "./network.js";
import type { Pupil } from "./pupil.js";
import { TeacherRunner } from "./runner.js";
import { type Asked, type TargetSource, targetName } from "./source.js";

export interface LiveOptions extends ClassOptions {
  readonly outputs?: Readonly<Record<string, string>> | undefined;
  readonly guesses: Guesses;
  /** The inner layer that is wanted in the place of outputs. */
  readonly feature?: string | undefined;
  readonly runtime?: Runtime | undefined;
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
  readonly #classes: ReadonlyMap<string, OutputClasses>;
  readonly #feature: boolean;

  constructor(teachers: readonly TeacherNetwork[], pupil: Pupil, options: LiveOptions) {
    const { feature, guesses, runtime } = options;
    const outputs = pupil.outputs.map(({ name }) => name);
    this.#feature = feature !== undefined;
    this.#classes = outputClasses(pupil, options);
    this.#members = teachers.map((network) => {
      const matched = this.#feature
        ? new Map<string, string>()
        : matchOutputs(outputs, teacherOutputs(network), options.outputs);
      for (const [own, theirs] of matched) {
        checkClasses(teacherClassCount(network, theirs), this.#classes.get(own) as OutputClasses);
      }
      const wanted = { outputs: [...new Set(matched.values())], feature };
      return {
        runner: new TeacherRunner(network, { ...wanted, guesses, runtime }),
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
        const classes = this.#classes.get(own) as OutputClasses;
        found[targetName(own, index)] = inStudentsClasses(results[theirs] as Tensor, classes);
      }
    }
    return found;
  }

  async dispose(): Promise<void> {
    for (const { runner } of this.#members) await runner.dispose();
  }
}
