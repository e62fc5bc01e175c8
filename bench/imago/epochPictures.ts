import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { imageFolder } from "../../src/data.js";
import { type Callback, rescaling } from "../../src/index.js";
import { report } from "../measure.js";
import { imageModel, means } from "./pictures/classifier.js";
import { cnn } from "./pictures/cnn.js";
import { sgd } from "./pictures/networks.js";
import { learning } from "./steps.js";
import { version } from "./version.js";

const [side, batchSize, epochs] = [64, 64, 3];
const folder = process.env.IMAGO_BENCH_FOLDER as string;
const data = await imageFolder(join(folder, "pictures"), {
  size: side,
  cache: join(folder, `cache-${process.pid}`),
  split: { validation: 0 },
});
await data.prepare();
const scaled = rescaling({ scale: 1 / 255 });
const network = imageModel((image) => means(cnn(true), data.classes.length)(scaled(image)), side);
network.compile({ optimizer: sgd(), loss: "sparseCategoricalCrossentropy" });

const samples: number[] = [];
let start = 0;
const clock: Callback = {
  name: "clock",
  onEpochBegin: () => {
    start = performance.now();
  },
  onEpochEnd: () => {
    samples.push((performance.now() - start) / data.train.size);
  },
};
const train = data.train.batches({ batchSize, augment: { flip: true, shift: 0.1 } });
const { history } = await network.fit(train, { epochs, callbacks: [clock] });
// The first epoch compiles.
report(samples.slice(1), version, learning(network, history.loss as number[]));
await network.dispose();
await data.close();
