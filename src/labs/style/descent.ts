import { gradients } from "../../engine/autodiff/gradients.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { clip } from "../../engine/ops/clip.js";
import type { Program, Runtime, Tensors } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { adam } from "../../nn/optimizers/adam.js";
import { type Evaluation, type LbfgsProgress, lbfgs, type Vector } from "../../nn/optimizers/lbfgs.js";
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

/** What Adam keeps from iteration to iteration. */
const adamState = ["pixels", "momentum", "velocity"] as const;

/**
 * Adam, with the network, its gradient and the update in one program. Pixels stay within 0 to 255. The losses are
 * those of the picture before the step.
 */
export class AdamDescent implements Descent {
  readonly #program: Program;
  readonly #schedule: AdamSchedule;
  /** The state, and the tensors that the next one is written to; they take turns. */
  #current: Record<string, Tensor>;
  #spare: Record<string, Tensor>;
  #step = 0;
  #parts = Tensor.zeros([0]);

  private constructor(program: Program, start: Planes, schedule: AdamSchedule) {
    this.#program = program;
    this.#schedule = schedule;
    const zeros = (): Planes => Tensor.zeros(start.shape);
    this.#current = { pixels: start.clone(), momentum: zeros(), velocity: zeros() };
    this.#spare = { pixels: zeros(), momentum: zeros(), velocity: zeros() };
  }

  static async open(
    objective: Objective,
    start: Planes,
    schedule: AdamSchedule,
    runtime: Runtime,
  ): Promise<AdamDescent> {
    return new AdamDescent(await runtime.compile(adamGraph(objective, start)), start, schedule);
  }

  get pixels(): Planes {
    return this.#current.pixels as Planes;
  }

  get losses(): StyleLosses {
    return readLosses(this.#parts);
  }

  async next(): Promise<boolean> {
    const { learningRate, iterations } = this.#schedule;
    if (this.#step === iterations) return false;
    const part = iterations === 1 ? 0 : this.#step / (iterations - 1);
    this.#step++;
    const feeds: Tensors = {
      ...this.#current,
      learningRate: Tensor.scalar(learningRate * (1 - 0.9 * part)),
      step: Tensor.scalar(this.#step),
    };
    const into = Object.fromEntries(adamState.map((name) => [`next/${name}`, this.#spare[name] as Tensor]));
    const { parts } = await this.#program.run(feeds, into);
    [this.#current, this.#spare] = [this.#spare, this.#current];
    this.#parts = parts as Planes;
    return true;
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function adamGraph(objective: Objective, { shape }: Planes): Graph {
  const graph = new Graph();
  const declare = (name: string, size: readonly number[]): Value =>
    graph.input(name, { dtype: "float32", shape: size });
  const [pixels, momentum, velocity] = adamState.map((name) => declare(name, shape)) as [Value, Value, Value];
  const learningRate = declare("learningRate", []);
  const step = declare("step", []);
  const { total, parts } = objective(graph, pixels);
  const [gradient] = gradients(total, [pixels]);
  // The loss is a mean over pixels, so the gradient of one is tiny; the default epsilon would slow it down.
  const update = adam({ epsilon: 1e-10 }).emit({
    weight: pixels,
    gradient,
    slots: { momentum, velocity },
    learningRate,
    step,
  });
  const outputs = [
    { name: "parts", value: parts },
    { name: "next/pixels", value: clip(update.weight, 0, 255) },
    { name: "next/momentum", value: update.slots.momentum as Value },
    { name: "next/velocity", value: update.slots.velocity as Value },
  ];
  return cut(graph, { outputs, keepInputs: true }).graph;
}

/** Past steps that L-BFGS remembers of a picture. */
const historySize = 10;
/** How far its first step moves the mean pixel, of 255: less may vanish in the rounding of large pictures. */
const firstMove = 0.1;

/** L-BFGS with a line search. The losses are those of the picture after the step. */
export class LbfgsDescent implements Descent {
  readonly pixels: Planes;
  readonly #program: Program;
  readonly #steps: AsyncGenerator<LbfgsProgress, void, undefined>;
  readonly #into: { readonly total: Tensor; readonly gradient: Planes; readonly parts: Tensor };
  /** What this iteration has evaluated: a line search need not take the point that it looked at last. */
  #seen: StyleLosses[] = [];
  #losses: StyleLosses | undefined;
  #left: number;

  private constructor(program: Program, start: Planes, parts: number, iterations: number) {
    this.#program = program;
    this.pixels = start.clone();
    this.#left = iterations;
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
    iterations: number,
    runtime: Runtime,
  ): Promise<LbfgsDescent> {
    const graph = new Graph();
    const pixels = graph.input("pixels", { dtype: "float32", shape: start.shape });
    const { total, parts } = objective(graph, pixels);
    const [gradient] = gradients(total, [pixels]);
    const outputs = Object.entries({ total, parts, gradient }).map(([name, value]) => ({ name, value }));
    const program = await runtime.compile(cut(graph, { outputs }).graph);
    return new LbfgsDescent(program, start, parts.size(0), iterations);
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
    const pixels = new Tensor("float32", this.pixels.shape, Float32Array.from(point));
    await this.#program.run({ pixels }, this.#into);
    this.#seen.push(readLosses(this.#into.parts));
    return { loss: this.#into.total.item(), gradient: this.#into.gradient.data };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
