import { measure, open } from "./tfjs.mjs";

const { tf, settings } = await open();
const model = tf.sequential();
model.add(tf.layers.dense({ units: 512, activation: "relu", inputShape: [784] }));
model.add(tf.layers.dense({ units: 512, activation: "relu" }));
model.add(tf.layers.dense({ units: 10, activation: "softmax" }));
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
const x = tf.randomUniform([128, 784], 0, 1, "float32", 1);
const y = tf.oneHot(tf.randomUniform([128], 0, 10, "int32", 2), 10);
await measure(tf, settings, () => model.trainOnBatch(x, y), 20, 3);
