import { performance } from "node:perf_hooks";
import { preprocessing } from "../../src/images.js";
import { onnxImageNetwork } from "../../src/models.js";
import { style } from "../../src/style.js";
import { report } from "../measure.js";
import { classifier, noise } from "./classifiers.js";
import { version } from "./version.js";

const side = Number(process.argv[2] ?? 256);
const [warmUp, count] = side > 300 ? [1, 4] : [2, 10];
const network = onnxImageNetwork(classifier("vgg19"), preprocessing("torchvision"));
const iterations = style(network, noise(side, 1), [noise(side, 2)], {
  contentLayers: [{ name: "conv4_2" }],
  styleLayers: [1, 2, 3, 4, 5].map((stage) => ({ name: `conv${stage}_1` })),
  iterations: warmUp + count,
  sizes: [side],
  optimizer: "adam",
  padding: 0,
});
const samples: number[] = [];
for (let i = 0; i < warmUp + count; i++) {
  const start = performance.now();
  await iterations.next();
  if (i >= warmUp) samples.push(performance.now() - start);
}
await iterations.return();
report(samples, version, { side });
