import { Generator, Tensor } from "../../src/index.js";
import { pictureNetwork } from "./pictures/networks.js";
import { reportSteps } from "./steps.js";

const [name = "", ...rest] = process.argv.slice(2);
const [side, batch, warmUp, count] = rest.slice(0, 4).map(Number) as [number, number, number, number];
const network = pictureNetwork(name, side);
const random = new Generator(1);
const shape = [batch, side, side, name === "inception" ? 128 : 3];
const x = new Tensor("float32", shape, random.uniforms(shape.reduce((a, b) => a * b)));
const y = Tensor.zeros([batch, 10]);
for (let row = 0; row < batch; row++) y.data[row * 10 + random.integer(10)] = 1;
// What the steps after it go on with.
if (rest[4] === "partStatistics")
  await network.fit(x, y, { epochs: 1, batchSize: batch, partStatistics: true });
await reportSteps(network, x, y, { count, warmUp });
