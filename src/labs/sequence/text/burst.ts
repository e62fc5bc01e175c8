import { Graph, type Value } from "../../../engine/graph/graph.js";
import { argMax } from "../../../engine/ops/argMax.js";
import { cast } from "../../../engine/ops/cast.js";
import { cumSum } from "../../../engine/ops/cumSum.js";
import { div } from "../../../engine/ops/div.js";
import { identity } from "../../../engine/ops/identity.js";
import { lessOrEqual } from "../../../engine/ops/lessOrEqual.js";
import { log } from "../../../engine/ops/log.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { scan } from "../../../engine/ops/scan/scan.js";
import { slice } from "../../../engine/ops/slice.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { where } from "../../../engine/ops/where.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { inferenceContext } from "../../../nn/network/inferenceGraph.js";
import { trace } from "../../../nn/network/trace.js";

/** Tokens that one run writes: enough to hide what a run costs, few enough to show text as it is written. */
export const burstLength = 32;

/** How a burst chooses its tokens. */
export interface BurstChoice {
  /** Always the most likely token. */
  readonly greedy: boolean;
  /** A token that is not written. */
  readonly never: number | undefined;
}

/**
 * A graph that writes {@link burstLength} tokens: a loop that reads a token, draws the next one from the
 * network's probabilities, and reads that.
 *
 * Inputs: `tokens` int32 `[1, 1]`, the states, `draws` float32 `[burstLength, 1]` uniform in [0, 1), and
 * `temperature`, a float32 scalar. Outputs: `written` int32 `[burstLength, 1, 1]` and the states, named as the
 * network names them.
 *
 * @param network made by `steppingNetwork`, with its weights set
 */
export function burstGraph(network: Model, choice: BurstChoice): Graph {
  const graph = new Graph();
  const inputs = network.inputs.map(({ name, tensor }) =>
    graph.input(name, { dtype: tensor.dtype, shape: [1, tensor.shape[1] as number] }),
  );
  const draws = graph.input("draws", { dtype: "float32", shape: [burstLength, 1] });
  const temperature = graph.input("temperature", { dtype: "float32", shape: [] });
  const context = inferenceContext(network, graph);
  const tokenAt = network.inputs.findIndex(({ name }) => name === "tokens");
  const { states, outputs } = scan({
    states: inputs,
    sequences: [draws],
    body: (before, [draw]) => {
      const body = (draw as Value).graph;
      const traced = trace(network.functional, before, { ...context, graph: body }).outputs;
      const result = new Map(network.outputs.map(({ name }, index) => [name, traced[index] as Value]));
      const token = choose(result.get("next") as Value, draw as Value, temperature, choice);
      const after = network.inputs.map(({ name }, index) =>
        index === tokenAt ? token : (result.get(`next_${name}`) as Value),
      );
      return { states: after, outputs: [identity(token)] };
    },
  });
  graph.output("written", outputs[0] as Value);
  network.inputs.forEach(({ name }, index) => {
    if (index !== tokenAt) graph.output(`next_${name}`, states[index] as Value);
  });
  return graph;
}

/** The next token, int32 `[1, 1]`, from probabilities `[1, symbols]` and a uniform draw `[1]`. */
function choose(
  probabilities: Value,
  draw: Value,
  temperature: Value,
  { greedy, never }: BurstChoice,
): Value {
  const symbols = probabilities.size(1);
  const allowed = never === undefined ? probabilities : mul(probabilities, allBut(never, symbols));
  const likeliest = cast(argMax(allowed, { axis: 1, keepDims: true }), "int32");
  if (greedy) return likeliest;
  // exp(log p / T), normalised; what must not be written has the logarithm −∞ and stays at 0.
  const weights = softmax(div(log(allowed), temperature));
  const sums = cumSum(weights, { axis: 1 });
  const total = slice(sums, { starts: [symbols - 1], ends: [symbols], axes: [1] });
  const below = cast(lessOrEqual(sums, mul(total, reshape(draw, [1, 1]))), "int32");
  const chosen = reduceSum(below, { axes: [1], keepDims: true });
  // Rounding may put the draw on the total itself.
  return where(lessOrEqual(chosen, symbols - 1), chosen, likeliest);
}

function allBut(token: number, symbols: number): Tensor {
  const mask = Tensor.full([1, symbols], 1);
  mask.data[token] = 0;
  return mask;
}
