import { gradients } from "../engine/autodiff/gradients.js";
import { cut } from "../engine/graph/cut.js";
import { Graph, type Value } from "../engine/graph/graph.js";
import { clip } from "../engine/ops/clip.js";
import type { Program, Runtime, Tensors } from "../engine/runtime/runtime.js";
import { Tensor } from "../engine/tensor/tensor.js";
import { adam } from "../nn/optimizers/adam.js";
import type { Optimizer } from "../nn/optimizers/optimizer.js";

/** What a picture is to lose, emitted once and evaluated at every step. */
export interface DescentProblem {
  /** Shape of what is changed: pixels, or coefficients of an image. */
  readonly shape: readonly number[];
  /**
   * Emits the loss, a scalar, and what else each step reports, by its name. Inputs that it declares in the graph are
   * fed at each step.
   */
  emit(
    graph: Graph,
    values: Value,
  ): { readonly loss: Value; readonly reports: Readonly<Record<string, Value>> };
  /** Adam's: the loss is often a mean over pixels, so that the gradient of one is tiny. */
  readonly epsilon: number;
  /** What values are kept within. Default: nothing. */
  readonly within?: readonly [low: number, high: number] | undefined;
}

/** What is kept from step to step. */
const stateNames = ["values", "momentum", "velocity"] as const;
type State = Readonly<Record<(typeof stateNames)[number], Tensor<"float32">>>;

/** Adam on a picture, with the network, its gradient and the update in one program. */
export class PixelDescent {
  readonly #program: Program;
  readonly #factors: NonNullable<Optimizer["factors"]>;
  /** The state, and the tensors that the next one is written to; they take turns. */
  #current: State;
  #spare: State;
  #steps = 0;

  private constructor(
    program: Program,
    shape: readonly number[],
    factors: NonNullable<Optimizer["factors"]>,
  ) {
    this.#program = program;
    this.#factors = factors;
    [this.#current, this.#spare] = [zeroState(shape), zeroState(shape)];
  }

  /** Begins with zeros; see {@link restart}. */
  static async open(problem: DescentProblem, runtime: Runtime): Promise<PixelDescent> {
    const rule = adam({ epsilon: problem.epsilon });
    const program = await runtime.compile(descentGraph(problem, rule));
    return new PixelDescent(program, problem.shape, rule.factors ?? {});
  }

  /** The values now. Do not keep them: they are written over. */
  get values(): Tensor<"float32"> {
    return this.#current.values;
  }

  /** Steps since the start. */
  get steps(): number {
    return this.#steps;
  }

  /** Whether no step since the start had a slope to go down. */
  get isAtRest(): boolean {
    return this.#current.momentum.data.every((element) => element === 0);
  }

  /** Begins again at some values, with nothing remembered. */
  restart({ data }: Tensor<"float32">): void {
    this.#current.values.data.set(data);
    this.#current.momentum.data.fill(0);
    this.#current.velocity.data.fill(0);
    this.#steps = 0;
  }

  /**
   * One step downhill.
   *
   * @param learningRate about how far each value moves
   * @param feeds the problem's own inputs
   * @returns what it reports of the values before the step
   */
  async step(learningRate: number, feeds: Tensors = {}): Promise<Tensors> {
    const reports = await this.#run(learningRate, this.#steps + 1, feeds);
    this.#steps++;
    [this.#current, this.#spare] = [this.#spare, this.#current];
    return reports;
  }

  /** What a step reports, without taking it. */
  evaluate(feeds: Tensors = {}): Promise<Tensors> {
    return this.#run(0, 1, feeds);
  }

  #run(learningRate: number, step: number, feeds: Tensors): Promise<Tensors> {
    const factors = Object.entries(this.#factors).map(([name, at]) => [name, Tensor.scalar(at(step))]);
    const all: Tensors = {
      ...this.#current,
      ...feeds,
      learningRate: Tensor.scalar(learningRate),
      ...Object.fromEntries(factors),
    };
    const into = Object.fromEntries(stateNames.map((name) => [`next/${name}`, this.#spare[name]]));
    return this.#program.run(all, into);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function zeroState(shape: readonly number[]): State {
  const zeros = (): Tensor<"float32"> => Tensor.zeros(shape);
  return { values: zeros(), momentum: zeros(), velocity: zeros() };
}

function descentGraph({ shape, emit, within }: DescentProblem, rule: Optimizer): Graph {
  const graph = new Graph();
  const declare = (name: string, size: readonly number[]): Value =>
    graph.input(name, { dtype: "float32", shape: size });
  const [values, momentum, velocity] = stateNames.map((name) => declare(name, shape)) as [
    Value,
    Value,
    Value,
  ];
  const learningRate = declare("learningRate", []);
  const { loss, reports } = emit(graph, values);
  const [gradient] = gradients(loss, [values]);
  const slots = { momentum, velocity };
  const factors = Object.fromEntries(
    Object.keys(rule.factors ?? {}).map((name) => [name, declare(name, [])]),
  );
  const update = rule.emit({ weight: values, gradient, slots, learningRate, factors });
  const next = within === undefined ? update.weight : clip(update.weight, ...within);
  const outputs = [
    ...Object.entries(reports).map(([name, value]) => ({ name, value })),
    { name: "next/values", value: next },
    { name: "next/momentum", value: update.slots.momentum as Value },
    { name: "next/velocity", value: update.slots.velocity as Value },
  ];
  return cut(graph, { outputs, keepInputs: true }).graph;
}
