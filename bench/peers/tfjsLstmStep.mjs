import { measure, open } from "./tfjs.mjs";

const { tf, settings } = await open();
const [batch, length, symbols, units] = [128, 60, 58, 128];
const model = tf.sequential();
model.add(tf.layers.lstm({ units, inputShape: [length, symbols], recurrentActivation: "sigmoid" }));
model.add(tf.layers.dense({ units: symbols, activation: "softmax" }));
model.compile({ optimizer: tf.train.rmsprop(0.01, 0.9, 0, 1e-7), loss: "categoricalCrossentropy" });
const x = tf.oneHot(tf.randomUniform([batch, length], 0, symbols, "int32", 1), symbols);
const y = tf.oneHot(tf.randomUniform([batch], 0, symbols, "int32", 2), symbols);
await measure(tf, settings, () => model.trainOnBatch(x, y), 5, 2);
