import { defaultRuntime } from "../../../engine/runtime/default.js";
import type { Program, Runtime } from "../../../engine/runtime/runtime.js";
import { isFloat } from "../../../engine/tensor/dtype.js";
import { formatType, type Tensor } from "../../../engine/tensor/tensor.js";
import { ProgramCache } from "../../../nn/training/programCache.js";
import type { Guesses } from "./guesses.js";
import { ofTeacher, type TeacherNetwork, teacherGraph, teacherInputs, type Wanted } from "./network.js";

interface TeacherProgram {
  readonly program: Program;
  readonly logits: ReadonlySet<string>;
}

export interface RunnerOptions extends Wanted {
  /** What outputs are, where the graph does not show it. */
  readonly guesses: Guesses;
  readonly runtime: Runtime | undefined;
}

/** Runs one teacher for inference, a program for each combination of shapes. */
export class TeacherRunner {
  readonly network: TeacherNetwork;
  readonly #options: RunnerOptions;
  readonly #programs = new ProgramCache<TeacherProgram>();

  constructor(network: TeacherNetwork, options: RunnerOptions) {
    this.network = network;
    this.#options = options;
  }

  /**
   * @param inputs in the network's order
   * @returns each wanted output as logits, and `feature`
   */
  async run(inputs: readonly Tensor[]): Promise<Readonly<Record<string, Tensor>>> {
    const wanted = teacherInputs(this.network);
    const typed = inputs.map((input, index) => {
      const dtype = wanted[index]?.dtype;
      return dtype === undefined || dtype === input.dtype ? input : input.cast(dtype);
    });
    const { program, logits } = await this.#programs.get(
      typed.map((input) => formatType(input)).join(";"),
      () => this.#compile(typed),
    );
    const feeds = Object.fromEntries(wanted.map(({ name }, index) => [name, typed[index] as Tensor]));
    const needed = Object.fromEntries(program.inputNames.map((name) => [name, feeds[name] as Tensor]));
    const results = await program.run(needed);
    const entries = Object.entries(results).map(([name, tensor]): [string, Tensor] => {
      const float = isFloat(tensor.dtype) && tensor.dtype !== "float32" ? tensor.cast("float32") : tensor;
      const asked = this.#options.outputs.includes(name) && !logits.has(name);
      return [name, asked ? this.#options.guesses.asLogits(this.network, name, float) : float];
    });
    return Object.fromEntries(entries);
  }

  async #compile(inputs: readonly Tensor[]): Promise<TeacherProgram> {
    const names = teacherInputs(this.network).map(({ name }) => name);
    const shapes = Object.fromEntries(names.map((name, index) => [name, (inputs[index] as Tensor).shape]));
    const { graph, logits } = ofTeacher(this.network, () =>
      teacherGraph(this.network, shapes, this.#options),
    );
    const runtime = this.#options.runtime ?? (await defaultRuntime());
    return { program: await runtime.compile(graph), logits };
  }

  /** Frees all programs. */
  dispose(): Promise<void> {
    return this.#programs.dispose();
  }
}
