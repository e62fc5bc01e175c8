import { measure, open } from "./tfjs.mjs";

const { tf, settings } = await open();
const [symbols, units, count] = [58, 128, 100];
const cell = tf.layers.lstmCell({ units, recurrentActivation: "sigmoid" });
cell.build([1, symbols]);
const dense = tf.layers.dense({ units: symbols, activation: "softmax" });
dense.build([1, units]);
const rows = tf.eye(symbols);
await measure(
  tf,
  settings,
  () => {
    let [h, c] = [tf.zeros([1, units]), tf.zeros([1, units])];
    let symbol = 0;
    for (let i = 0; i < count; i++) {
      const [nextH, nextC, next] = tf.tidy(() => {
        const [, a, b] = cell.call([rows.slice([symbol, 0], [1, symbols]), h, c], {});
        return [a, b, tf.multinomial(tf.log(dense.call(a, {})).div(0.5), 1)];
      });
      symbol = next.dataSync()[0];
      tf.dispose([h, c, next]);
      [h, c] = [nextH, nextC];
    }
    tf.dispose([h, c]);
  },
  5,
  1,
  1000 / count,
);
