import type { Program } from "../../engine/runtime/runtime.js";
import type { StepGraph } from "./stepGraph.js";

/** A step's graph, compiled. */
export interface StepProgram {
  readonly step: StepGraph;
  readonly program: Program;
}

/** How many programs of different shapes are kept; beyond it the one used longest ago is freed. */
const limit = 24;

/** Programs by the shapes they are for, each made once. */
export class ProgramCache<P extends { readonly program: Pick<Program, "dispose"> } = StepProgram> {
  readonly #programs = new Map<string, Promise<P>>();

  /** The program of this key, which `make` makes at its first use. */
  async get(key: string, make: () => Promise<P>): Promise<P> {
    let pending = this.#programs.get(key);
    // Deleting and setting again keeps the map in the order of last use.
    if (pending !== undefined) this.#programs.delete(key);
    else pending = make();
    this.#programs.set(key, pending);
    if (this.#programs.size > limit) await this.#freeOldest();
    try {
      return await pending;
    } catch (error) {
      this.#programs.delete(key);
      throw error;
    }
  }

  async #freeOldest(): Promise<void> {
    const [key, oldest] = this.#programs.entries().next().value as [string, Promise<P>];
    this.#programs.delete(key);
    await (await oldest).program.dispose();
  }

  /** Frees all programs. */
  async dispose(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const pending of programs) await (await pending).program.dispose();
  }
}
