import {
  dense,
  Generator,
  input,
  lstm,
  type Model,
  model,
  oneHot,
  optimizers,
  Tensor,
} from "../../src/index.js";

/** A model of the classic character network, and fixed random data for it. */
export function charLstm(
  batch = 128,
  length = 60,
  symbols = 58,
  units = 128,
): { network: Model; x: Tensor; y: Tensor } {
  const tokens = input({ shape: [length], dtype: "int32", name: "tokens" });
  const hidden = lstm({ units })(oneHot({ numTokens: symbols })(tokens));
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
