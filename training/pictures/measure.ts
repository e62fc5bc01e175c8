import type { ImageFolder } from "../../src/data.js";
import { nodeRuntime } from "../../src/engine/runtime/node.js";
import type { Tensor } from "../../src/index.js";
import { OnnxModel } from "../../src/onnx.js";

/** What a network makes of pictures that it has not learnt. */
export interface Measured {
  readonly pictures: number;
  /** Shares of the pictures whose class is the likeliest, and among the five likeliest. */
  readonly top1: number;
  readonly top5: number;
  /** The mean of −ln of the probability of the class. */
  readonly crossEntropy: number;
  /** The first of these, for each class. */
  readonly byClass: readonly number[];
}

/** Pictures at once. */
const batchSize = 250;

/** Measures a network as it is packed, by its file. @param bytes from {@link exportedNetwork} */
export async function measure(bytes: Uint8Array, { train, classes, size }: ImageFolder): Promise<Measured> {
  const { graph } = new OnnxModel(bytes).read({ inputShapes: { pixels: [batchSize, ...size, 3] } });
  const program = await nodeRuntime().compile(graph);
  const [right, count] = [new Float64Array(classes.length), new Float64Array(classes.length)];
  let [five, loss] = [0, 0];
  const source = train.batches({ batchSize, shuffle: false, augment: false });
  for await (const [x, y] of source(0) as AsyncIterable<readonly [Tensor, Tensor]>) {
    if (x.sizeAt(0) !== batchSize) throw new Error(`expected batches of ${batchSize}`);
    const { classes: answers } = await program.run({ pixels: x });
    const probabilities = (answers as Tensor).data as Float32Array;
    for (let at = 0; at < batchSize; at++) {
      const label = Number(y.data[at]);
      const own = probabilities.subarray(at * classes.length, (at + 1) * classes.length);
      const chance = own[label] as number;
      const rank = own.reduce((better, value) => better + (value > chance ? 1 : 0), 0);
      count[label] = (count[label] as number) + 1;
      if (rank === 0) right[label] = (right[label] as number) + 1;
      if (rank < 5) five++;
      loss -= Math.log(Math.max(chance, 1e-12));
    }
  }
  await program.dispose();
  const pictures = count.reduce((a, b) => a + b, 0);
  return {
    pictures,
    top1: right.reduce((a, b) => a + b, 0) / pictures,
    top5: five / pictures,
    crossEntropy: loss / pictures,
    byClass: Array.from(right, (value, label) => value / (count[label] as number)),
  };
}
