// The built package, as a program that depends on it would import it.
import { dense, Generator, input, lstm, model, oneHot, optimizers, Tensor } from "../../dist/index.js";

const [batch, length, symbols, units] = [128, 60, 58, 128];
const tokens = input({ shape: [length], dtype: "int32", name: "tokens" });
const hidden = lstm({ units })(oneHot({ numTokens: symbols })(tokens));
const network = model({ inputs: tokens, outputs: dense({ units: symbols, activation: "softmax" })(hidden) });
network.compile({
  optimizer: optimizers.rmsprop({ learningRate: 0.01 }),
  loss: "sparseCategoricalCrossentropy",
});
const random = new Generator(1);
const draw = (count) => Int32Array.from({ length: count }, () => random.integer(symbols));
await network.trainOnBatch(
  new Tensor("int32", [batch, length], draw(batch * length)),
  new Tensor("int32", [batch], draw(batch)),
);
const elapsed = Date.now() - Number(process.env.IMAGO_BENCH_STARTED);
const memory = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ samples: [elapsed], version: "dist", memory }));
await network.dispose();
