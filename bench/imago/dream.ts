import { performance } from "node:perf_hooks";
import { dream, onnxImageNetwork, preprocessing } from "../../src/index.js";
import { report } from "../measure.js";
import { googlenet, noise, squeezenet } from "./classifiers.js";
import { version } from "./version.js";

const [bytes, layer] =
  process.argv[2] === "googlenet" ? [googlenet(), "inception4e"] : [squeezenet(), "fire8"];
const [warmUp, count] = [3, 20];
const network = onnxImageNetwork(bytes, preprocessing("torchvision"));
const steps = dream(network, noise(400, 1), {
  layers: [{ name: layer }],
  octaves: 1,
  steps: warmUp + count,
  jitter: 0,
});
const samples: number[] = [];
for (let i = 0; i < warmUp + count; i++) {
  const start = performance.now();
  await steps.next();
  if (i >= warmUp) samples.push(performance.now() - start);
}
await steps.return();
report(samples, version, { layer });
