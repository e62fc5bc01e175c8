import {
  dense,
  Generator,
  gru,
  input,
  lstm,
  type Model,
  model,
  oneHot,
  optimizers,
  type SymbolicTensor,
  Tensor,
} from "../../src/index.js";

const [symbols, units] = [58, 128];

const cells = {
  lstm: (x: SymbolicTensor) => lstm({ units })(x),
  gru: (x: SymbolicTensor) => gru({ units })(x),
};

interface CharNetworkOptions {
  readonly cell?: keyof typeof cells;
  readonly batch?: number;
  readonly length?: number;
}

/** A model of the classic character network, and fixed random data for it. */
export function charNetwork({ cell = "lstm", batch = 128, length = 60 }: CharNetworkOptions): {
  network: Model;
  x: Tensor;
  y: Tensor;
} {
  const tokens = input({ shape: [length], dtype: "int32", name: "tokens" });
  const hidden = cells[cell](oneHot({ numTokens: symbols })(tokens));
  const network = model({
    inputs: tokens,
    outputs: dense({ units: symbols, activation: "softmax" })(hidden),
  }) as Model;
  network.compile({
    optimizer: optimizers.rmsprop({ learningRate: 0.01 }),
    loss: "sparseCategoricalCrossentropy",
  });
  const random = new Generator(1);
  const draw = (count: number): Int32Array =>
    Int32Array.from({ length: count }, () => random.integer(symbols));
  const x = new Tensor("int32", [batch, length], draw(batch * length));
  return { network, x, y: new Tensor("int32", [batch], draw(batch)) };
}
