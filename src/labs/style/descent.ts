import { gradients } from "../../engine/autodiff/gradients.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import type { Program, Runtime } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { type Evaluation, type LbfgsProgress, lbfgs, type Vector } from "../../nn/optimizers/lbfgs.js";
import { type DescentProblem, PixelDescent } from "../../vision/pixelDescent.js";
import type { Planes } from "../../vision/pixels.js";
import { readLosses, type StyleLosses } from "./objective.js";

/** Emits a loss of pixels: the total as a scalar, and its parts as a vector. */
export type Objective = (graph: Graph, pixels: Value) => { total: Value; parts: Value };

/** A picture on its way downhill. */
export interface Descent {
  /** The picture now. Do not keep it: it is written over. */
  readonly pixels: Planes;
  /** As it was evaluated last. */
  readonly losses: StyleLosses;
  /** One iteration. `false` when there is none left, or nothing left to gain. */
  next(): Promise<boolean>;
  dispose(): Promise<void>;
}

export interface AdamSchedule {
  /** The first rate: pixels move about so far in an iteration, of 255. */
  readonly learningRate: number;
  /** Over these the rate falls in a line to a tenth. */
  readonly iterations: number;
}

/**
 * Adam, with the network, its gradient and the update in one program. Pixels stay within 0 to 255. The losses are
 * those of the picture before the step.
 */
export class AdamDescent implements Descent {
  readonly #descent: PixelDescent;
  readonly #schedule: AdamSchedule;
  #parts: Tensor = Tensor.zeros([0]);

  private constructor(descent: PixelDescent, schedule: AdamSchedule) {
    this.#descent = descent;
    this.#schedule = schedule;
  }

  static async open(
    objective: Objective,
    start: Planes,
    schedule: AdamSchedule,
    runtime: Runtime,
  ): Promise<AdamDescent> {
    const emit: DescentProblem["emit"] = (graph, pixels) => {
      const { total, parts } = objective(graph, pixels);
      return { loss: total, reports: { parts } };
    };
    // The default epsilon would slow down what is a mean over all pixels.
    const problem = { shape: start.shape, emit, epsilon: 1e-10, within: [0, 255] } as const;
    const descent = await PixelDescent.open(problem, runtime);
    descent.restart(start);
    return new AdamDescent(descent, schedule);
  }

  get pixels(): Planes {
    return this.#descent.values;
  }

  get losses(): StyleLosses {
    return readLosses(this.#parts);
  }

  async next(): Promise<boolean> {
    const { learningRate, iterations } = this.#schedule;
    const { steps } = this.#descent;
    if (steps === iterations) return false;
    const part = iterations === 1 ? 0 : steps / (iterations - 1);
    const { parts } = await this.#descent.step(learningRate * (1 - 0.9 * part));
    this.#parts = parts as Tensor;
    return true;
  }

  dispose(): Promise<void> {
    return this.#descent.dispose();
  }
}

/** Past steps that L-BFGS remembers of a picture. */
const historySize = 10;
/** How far its first step moves the mean pixel, of 255: less may vanish in the rounding of large pictures. */
const firstMove = 0.1;

export interface LbfgsSchedule {
  readonly iterations: number;
  /** Looked at before each evaluation, of which a line search may need many. */
  readonly signal?: AbortSignal | undefined;
}

/** L-BFGS with a line search. The losses are those of the picture after the step. */
export class LbfgsDescent implements Descent {
  readonly pixels: Planes;
  readonly #program: Program;
  readonly #steps: AsyncGenerator<LbfgsProgress, void, undefined>;
  readonly #into: { readonly total: Tensor; readonly gradient: Planes; readonly parts: Tensor };
  /** What this iteration has evaluated: a line search need not take the point that it looked at last. */
  #seen: StyleLosses[] = [];
  #losses: StyleLosses | undefined;
  readonly #signal: AbortSignal | undefined;
  #left: number;

  private constructor(program: Program, start: Planes, parts: number, { iterations, signal }: LbfgsSchedule) {
    this.#program = program;
    this.pixels = start.clone();
    this.#left = iterations;
    this.#signal = signal;
    this.#into = {
      total: Tensor.zeros([]),
      gradient: Tensor.zeros(start.shape),
      parts: Tensor.zeros([parts]),
    };
    const evaluate = (point: Vector): Promise<Evaluation> => this.#evaluate(point);
    this.#steps = lbfgs(start.data, evaluate, {
      firstStep: firstMove * start.size,
      historySize,
      toleranceGradient: 0,
      toleranceChange: 1e-12,
    });
  }

  static async open(
    objective: Objective,
    start: Planes,
    schedule: LbfgsSchedule,
    runtime: Runtime,
  ): Promise<LbfgsDescent> {
    const graph = new Graph();
    const pixels = graph.input("pixels", { dtype: "float32", shape: start.shape });
    const { total, parts } = objective(graph, pixels);
    const [gradient] = gradients(total, [pixels]);
    const outputs = Object.entries({ total, parts, gradient }).map(([name, value]) => ({ name, value }));
    const program = await runtime.compile(cut(graph, { outputs }).graph);
    return new LbfgsDescent(program, start, parts.size(0), schedule);
  }

  get losses(): StyleLosses {
    return this.#losses ?? readLosses(this.#into.parts);
  }

  async next(): Promise<boolean> {
    if (this.#left === 0) return false;
    this.#seen = [];
    const { value } = await this.#steps.next();
    if (value === undefined) return false;
    this.#left--;
    this.pixels.data.set(value.point);
    this.#losses = this.#seen.find(({ total }) => total === value.loss);
    return true;
  }

  async #evaluate(point: Vector): Promise<Evaluation> {
    this.#signal?.throwIfAborted();
    const pixels = new Tensor("float32", this.pixels.shape, Float32Array.from(point));
    await this.#program.run({ pixels }, this.#into);
    this.#seen.push(readLosses(this.#into.parts));
    return { loss: this.#into.total.item(), gradient: this.#into.gradient.data };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
