import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import type { Config, ConfigValue } from "../config/config.js";
import { applyUpdates } from "./applyUpdates.js";
import type { Optimizer } from "./optimizer.js";
import { optimizer } from "./resolve.js";

interface OptimizerCase {
  readonly name: string;
  readonly optimizer: string;
  readonly config: Config;
  readonly variables: readonly GoldenTensor[];
  /** For each variable one tensor, whose first axis is the step. */
  readonly gradients: readonly GoldenTensor[];
  readonly learningRates: readonly number[];
  readonly values: readonly GoldenTensor[];
}

/** Keras's spelling of options where ours differs. */
const spelling: Readonly<Record<string, string>> = {
  clipnorm: "clipNorm",
  clipvalue: "clipValue",
  globalClipnorm: "globalClipNorm",
};

function ours(config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]): [string, ConfigValue] => {
      if (typeof value === "object" && value !== null && "schedule" in value) {
        return [key, { name: value.schedule as string, config: value.config as Config }];
      }
      return [spelling[key] ?? key, value];
    }),
  );
}

/** One step's slice of a tensor whose first axis is the step. */
function atStep({ dtype, shape, data }: GoldenTensor, step: number): Tensor {
  const size = data.length / (shape[0] as number);
  return goldenTensor({ dtype, shape: shape.slice(1), data: data.slice(step * size, (step + 1) * size) });
}

/** One step as a graph whose outputs replace its inputs, as training runs it. */
function stepGraph(made: Optimizer, variables: readonly Tensor[]) {
  const graph = new Graph();
  const state = new Map<string, Tensor>();
  const declare = (name: string, first: Tensor): Value => {
    state.set(name, first);
    return graph.input(name, first);
  };
  const weights = variables.map((variable, i) => declare(`w${i}`, variable));
  const slots = variables.map((variable, i) =>
    Object.fromEntries(
      made
        .slots(variable.shape)
        .map(({ name, shape, initial }) => [name, declare(`s${i}${name}`, Tensor.full(shape, initial))]),
    ),
  );
  const gradients = variables.map((variable, i) => graph.input(`g${i}`, variable));
  const learningRate = graph.input("learningRate", { dtype: "float32", shape: [] });
  const factors = Object.fromEntries(
    Object.keys(made.factors ?? {}).map((name) => [name, graph.input(name, { dtype: "float32", shape: [] })]),
  );
  const updates = applyUpdates({ optimizer: made, weights, gradients, slots, learningRate, factors });
  updates.forEach((update, i) => {
    graph.output(`next w${i}`, update.weight);
    expect(Object.keys(update.slots).sort()).toEqual(Object.keys(slots[i] ?? {}).sort());
    for (const [name, value] of Object.entries(update.slots)) graph.output(`next s${i}${name}`, value);
  });
  return { graph, state };
}

const files = "sgd rmsprop adam adamW adagrad adadelta adamax nadam lion wrapped".split(" ");

describe.each(files)("ten steps are Keras's: %s", (file) => {
  const cases = goldenCases<OptimizerCase>(`optimizers/${file}`).filter(
    ({ config }) => !("useEma" in config || "gradientAccumulationSteps" in config),
  );
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const made = optimizer({ name: golden.optimizer, config: ours(golden.config) });
    const { graph, state } = stepGraph(made, golden.variables.map(goldenTensor));
    const program = await testRuntime().compile(graph);
    try {
      for (const [index, wantedRate] of golden.learningRates.entries()) {
        const { learningRate: rate } = made;
        const now = typeof rate === "number" ? rate : rate.at(index);
        expect(now).toBeCloseTo(wantedRate, 7);
        const results = await program.run({
          ...Object.fromEntries(state),
          ...Object.fromEntries(golden.gradients.map((gradient, i) => [`g${i}`, atStep(gradient, index)])),
          learningRate: Tensor.scalar(now),
          ...Object.fromEntries(
            Object.entries(made.factors ?? {}).map(([name, at]) => [name, Tensor.scalar(at(index + 1))]),
          ),
        });
        for (const name of state.keys()) state.set(name, results[`next ${name}`] as Tensor);
        golden.values.forEach((value, i) => {
          expectClose(state.get(`w${i}`) as Tensor, atStep(value, index), { relative: 1e-5, absolute: 1e-6 });
        });
      }
    } finally {
      await program.dispose();
    }
  });
});
