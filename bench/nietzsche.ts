import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { decodeText, TextTrainer, textConfig } from "../src/sequence.js";
import { version } from "./imago/version.js";

/**
 * The classic text-generation network on the writings of Nietzsche: the training loss of each epoch, to
 * hold against Keras's on the same windows (goldens/nietzsche/keras.jsonl).
 *
 * usage: tsx bench/nietzsche.ts nietzsche.txt out.jsonl [epochs] [seed]
 */
const [path, out, epochs = "20", seed = "1"] = process.argv.slice(2);
if (path === undefined || out === undefined)
  throw new Error("usage: tsx bench/nietzsche.ts TEXT OUT [EPOCHS] [SEED]");

const text = decodeText(readFileSync(path), path);
// Nothing is held out, so that the windows are Keras's: length 60, step 3, all of the text.
const config = textConfig(text, { heldOut: 0, seed: Number(seed) });
const trainer = new TextTrainer(text, config);
const head = { madeBy: "bench/nietzsche.ts", version, seed: config.seed, steps: trainer.stepsPerEpoch };
writeFileSync(out, `${JSON.stringify(head)}\n`);
let began = performance.now();
await trainer.train({
  epochs: Number(epochs),
  sampleLength: 0,
  onEpoch({ epoch, loss }) {
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    appendFileSync(out, `${JSON.stringify({ epoch: epoch + 1, loss, seconds })}\n`);
    began = performance.now();
  },
});
await trainer.dispose();
