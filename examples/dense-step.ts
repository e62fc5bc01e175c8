import { dense, input, model, printGraph, stepGraph } from "../src/index.js";

/** The graph of one training step of a single dense layer, as docs/ARCHITECTURE.md shows it. */
export function denseStep(): string {
  const x = input({ shape: [3], name: "x" });
  const y = dense({ units: 2, activation: "tanh", name: "hidden" })(x);
  const network = model({ inputs: { x }, outputs: { y } });
  network.compile({ optimizer: { name: "sgd", config: { learningRate: 0.1 } }, loss: "mse" });
  const { functional, variables, compiled } = network;
  const { graph } = stepGraph({ functional, variables, ...compiled }, "train", {
    inputs: [{ dtype: "float32", shape: [4, 3] }],
    targets: [{ dtype: "float32", shape: [4, 2] }],
    weights: [undefined],
  });
  return printGraph(graph);
}
