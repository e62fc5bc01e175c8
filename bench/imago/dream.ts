import { performance } from "node:perf_hooks";
import { dream } from "../../src/dream.js";
import { preprocessing } from "../../src/images.js";
import { onnxImageNetwork } from "../../src/models.js";
import { report } from "../measure.js";
import { classifier, noise } from "./classifiers.js";
import { version } from "./version.js";

const [name, layer] =
  process.argv[2] === "googlenet"
    ? (["googlenet", "inception4e"] as const)
    : (["squeezenet", "fire8"] as const);
const [warmUp, count] = [3, 20];
const network = onnxImageNetwork(classifier(name), preprocessing("torchvision"));
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
