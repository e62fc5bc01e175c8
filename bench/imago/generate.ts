import { performance } from "node:perf_hooks";
import { TextTrainer, textConfig } from "../../src/sequence.js";
import { report } from "../measure.js";
import { version } from "./version.js";

// An untrained network writes as fast as a trained one; the text only brings 58 symbols.
const symbols = Array.from({ length: 58 }, (_, index) => String.fromCharCode(0x41 + index)).join("");
const text = symbols.repeat(20);
const trainer = new TextTrainer(text, textConfig(text, { lowerCase: false }));
const writer = await trainer.writer();
const count = 2000;
const samples: number[] = [];
for (let i = 0; i < 8; i++) {
  const start = performance.now();
  await writer.writeAll("A", { count, temperature: 0.5 });
  samples.push(((performance.now() - start) * 1000) / count);
}
report(samples.slice(1), version);
await writer.dispose();
await trainer.dispose();
