import { dense, Generator, input, model, Tensor } from "../../src/index.js";
import { reportSteps } from "./steps.js";

const pixels = input({ shape: [784], name: "pixels" });
const hidden = dense({ units: 512, activation: "relu" })(dense({ units: 512, activation: "relu" })(pixels));
const network = model({ inputs: pixels, outputs: dense({ units: 10, activation: "softmax" })(hidden) });
network.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
const random = new Generator(1);
const x = new Tensor("float32", [128, 784], random.uniforms(128 * 784));
const y = new Tensor(
  "int32",
  [128],
  Int32Array.from({ length: 128 }, () => random.integer(10)),
);
await reportSteps(network, x, y, { count: 200, warmUp: 20 });
