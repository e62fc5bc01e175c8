import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";

/** TensorFlow.js on the backend that the first argument names. */
export async function open() {
  const backend = process.argv[2] ?? "wasm";
  await tf.setBackend(backend);
  await tf.ready();
  return { tf, settings: { backend: tf.getBackend() } };
}

/** Milliseconds of each run, and the line that the benchmark reads. */
export async function measure(tf, settings, work, count, warmUp, perRun = 1) {
  const samples = [];
  for (let i = 0; i < warmUp + count; i++) {
    const start = performance.now();
    await work();
    if (i >= warmUp) samples.push((performance.now() - start) * perRun);
  }
  const memory = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ samples, version: tf.version.tfjs, memory, settings }));
}
