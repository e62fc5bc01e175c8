import type { ImageFolder } from "../../src/data.js";
import { nodeRuntime } from "../../src/engine/runtime/node.js";
import type { Program } from "../../src/engine/runtime/runtime.js";
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
  const model = new OnnxModel(bytes);
  const runtime = nodeRuntime();
  const programs = new Map<number, Program>();
  const answersTo = async (pixels: Tensor): Promise<Float32Array> => {
    const count = pixels.sizeAt(0);
    const { graph } = model.read({ inputShapes: { pixels: [count, ...size, 3] } });
    const program = programs.get(count) ?? (await runtime.compile(graph));
    programs.set(count, program);
    const { classes: answers } = await program.run({ pixels });
    return (answers as Tensor).data as Float32Array;
  };
  const tally = new Tally(classes.length);
  const source = train.batches({ batchSize, shuffle: false, augment: false });
  for await (const [x, y] of source(0) as AsyncIterable<readonly [Tensor, Tensor]>) {
    const probabilities = await answersTo(x);
    for (let at = 0; at < y.size; at++) {
      const own = probabilities.subarray(at * classes.length, (at + 1) * classes.length);
      tally.add(own, Number(y.data[at]));
    }
  }
  for (const program of programs.values()) await program.dispose();
  return tally.measured();
}

/** Counts what is right. */
class Tally {
  readonly #right: Float64Array;
  readonly #count: Float64Array;
  #five = 0;
  #loss = 0;

  constructor(classes: number) {
    this.#right = new Float64Array(classes);
    this.#count = new Float64Array(classes);
  }

  /** @param own the probabilities of a picture's classes */
  add(own: Float32Array, label: number): void {
    const chance = own[label] as number;
    const better = own.reduce((sum, value) => sum + (value > chance ? 1 : 0), 0);
    this.#count[label] = (this.#count[label] as number) + 1;
    if (better === 0) this.#right[label] = (this.#right[label] as number) + 1;
    if (better < 5) this.#five++;
    this.#loss -= Math.log(Math.max(chance, 1e-12));
  }

  measured(): Measured {
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    const pictures = sum(this.#count);
    return {
      pictures,
      top1: sum(this.#right) / pictures,
      top5: this.#five / pictures,
      crossEntropy: this.#loss / pictures,
      byClass: Array.from(this.#right, (value, label) => value / (this.#count[label] as number)),
    };
  }
}
