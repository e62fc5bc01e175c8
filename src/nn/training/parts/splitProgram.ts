import type {
  PartsProgram,
  PartsRuntime,
  Program,
  Runtime,
  Tensors,
} from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { sliceRows } from "../../data/rows.js";
import { joinRows } from "../predict.js";
import { firstRowInput } from "./partEmission.js";
import { isDataInput, partInput, type SplitStep } from "./splitStep.js";

/** Gives the tensor of an input that is none of the batch's: a weight, a slot, the rate, random words. */
export type Feeds = (name: string) => Tensor;

/** What one run gave. */
export interface SplitResult {
  /** Losses, sums of metrics, and a model's outputs, by the names that a step's graph gives them. */
  readonly outputs: Tensors;
  /** Moving statistics after the step by their paths, in memory that the next run writes to. */
  readonly statistics: Tensors;
}

const isOwn = (name: string): boolean => isDataInput(name) || name === firstRowInput;

/** A step that is computed in parts: the parts side by side, then their sums, then the update by itself. */
export class SplitProgram {
  readonly #step: SplitStep;
  readonly #parts: PartsProgram;
  readonly #divisors: Program | undefined;
  readonly #update: Program | undefined;
  /** What parts are fed alike. */
  readonly #common: readonly string[];
  readonly #own: readonly string[];

  private constructor(step: SplitStep, parts: PartsProgram, divisors?: Program, update?: Program) {
    this.#step = step;
    this.#parts = parts;
    this.#divisors = divisors;
    this.#update = update;
    const names = (step.graphs[0]?.inputs ?? []).map(({ name }) => name);
    this.#own = names.filter(isOwn);
    this.#common = names.filter((name) => !isOwn(name));
  }

  static async make(step: SplitStep, runtime: Runtime, parts: PartsRuntime): Promise<SplitProgram> {
    const program = await parts.compile(step.graphs, (name) => !isOwn(name));
    try {
      // Threads of a session's own would still look for work when the parts begin anew, and take their cores.
      const compiled = [step.divisors, step.update].map(
        (graph) => graph && runtime.compile(graph, { threads: 1 }),
      );
      return new SplitProgram(step, program, ...(await Promise.all(compiled)));
    } catch (error) {
      await program.dispose();
      throw error;
    }
  }

  /**
   * Computes a step.
   *
   * @param data the batch, by the names of the step's inputs
   * @param into where the update writes what it replaces, `next/PATH`
   */
  async run(data: Tensors, feeds: Feeds, into: Tensors): Promise<SplitResult> {
    const divisors = await this.#divisors?.run(picked(this.#divisors.inputNames, data));
    const common = Object.fromEntries(this.#common.map((name) => [name, divisors?.[name] ?? feeds(name)]));
    const own = this.#step.ranges.map(({ from, to }) =>
      Object.fromEntries(
        this.#own.map((name) => [
          name,
          name === firstRowInput ? Tensor.scalar(from, "uint32") : sliceRows(data[name] as Tensor, from, to),
        ]),
      ),
    );
    const results = await this.#parts.run(common, own);
    const sums = addUp(results);
    if (this.#update !== undefined) {
      const gradients = byPart(results);
      const given = this.#update.inputNames.map(
        (name) => [name, gradients.get(name) ?? feeds(name)] as const,
      );
      await this.#update.run(Object.fromEntries(given), into);
    }
    return {
      outputs: { ...figuresOf(sums), ...joined(results) },
      statistics: Object.fromEntries(
        this.#step.statistics.map((path) => [path, sums[`next/${path}`] as Tensor]),
      ),
    };
  }

  async dispose(): Promise<void> {
    await this.#parts.dispose();
    await this.#divisors?.dispose();
    await this.#update?.dispose();
  }
}

function picked(names: readonly string[], from: Tensors): Tensors {
  return Object.fromEntries(names.map((name) => [name, from[name] as Tensor]));
}

/** What the parts gave, by the names of the update's inputs. */
function byPart(results: readonly Tensors[]): ReadonlyMap<string, Tensor> {
  return new Map(
    results.flatMap((tensors, part) =>
      Object.entries(tensors).map(([name, tensor]) => [partInput(part, name), tensor] as const),
    ),
  );
}

const isOutput = (name: string): boolean => name.startsWith("output/");
const isFigure = (name: string): boolean => /^(loss$|loss\/|metric\/)/.test(name);

/**
 * The sums of the parts' figures and statistics, in the order of the parts, so that they are the same at every run; in the first
 * one's memory. Of gradients, which are many, a program takes the sums.
 */
function addUp([first, ...others]: readonly Tensors[]): Tensors {
  const isAdded = (name: string): boolean => isFigure(name) || name.startsWith("next/");
  const sums = Object.entries(first as Tensors).filter(([name]) => isAdded(name));
  for (const [name, { data }] of sums) {
    for (const other of others) addTo(data as Float32Array, other[name]?.data as Float32Array);
  }
  return Object.fromEntries(sums);
}

/** All that parts give is float32. */
function addTo(sum: Float32Array, more: Float32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (more[at] as number);
}

/** Losses and sums of metrics, copied: they outlive the step. */
function figuresOf(sums: Tensors): Record<string, Tensor> {
  const figures = Object.entries(sums).filter(([name]) => isFigure(name));
  return Object.fromEntries(figures.map(([name, tensor]) => [name, tensor.clone()]));
}

/** The rows of the model's outputs behind each other. */
function joined(results: readonly Tensors[]): Record<string, Tensor> {
  const names = Object.keys(results[0] as Tensors).filter(isOutput);
  return Object.fromEntries(
    names.map((name) => [name, joinRows(results.map((part) => part[name] as Tensor))]),
  );
}
