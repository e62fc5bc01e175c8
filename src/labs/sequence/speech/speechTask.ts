import { ImagoError } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { paddedLength } from "../items/paddedLength.js";
import type { Measured, SequenceTask, TaskBatch } from "../training/sequenceTask.js";
import { framesOfTime, SpeechFrames, speechBands } from "./speechFrames.js";
import type { SpeechItem } from "./speechItem.js";
import { speechNetwork } from "./speechNetwork.js";
import { type SpeechTaskConfig, speechTaskFields } from "./speechTaskConfig.js";
import { SpeechWriter } from "./speechWriter.js";

/** Recordings measured at a time. */
const measuredTogether = 50;

/** A recording as it is learnt. */
interface Frames {
  readonly text: number;
  readonly voice: number;
  /** `[frames, bands]`, as deviations from the bands' means. */
  readonly frames: Float32Array;
}

/** Spoken words, and a recurrent network that says them frame by frame. */
export class SpeechTask implements SequenceTask {
  readonly config: SpeechTaskConfig;
  readonly noun = ["recording", "recordings"] as const;
  readonly position = "frame";
  readonly unit = "deviations";
  readonly lengths: Int32Array;
  readonly loss = {
    frame: "meanAbsoluteError",
    last: { name: "binaryCrossentropy", config: { fromLogits: true } },
  } as never;
  readonly #learnt: readonly Frames[];
  readonly #heldOut: readonly Frames[];
  readonly #runtime: Runtime | undefined;

  /** @throws ImagoError on a configuration that is not as it is saved, and on recordings of other texts and voices */
  constructor(items: readonly SpeechItem[], config: SpeechTaskConfig, runtime?: Runtime) {
    this.config = readOptions("SpeechTask", config, speechTaskFields);
    this.#runtime = runtime;
    const { heldOut, seed } = this.config;
    const order = new Generator(seed).split("held out").permutation(items.length);
    const count =
      heldOut === 0 ? 0 : Math.min(items.length - 1, Math.max(1, Math.round(heldOut * items.length)));
    const frames = this.#frames(items);
    const out = new Set(order.subarray(0, count));
    this.#learnt = frames.filter((_, at) => !out.has(at));
    this.#heldOut = frames.filter((_, at) => out.has(at));
    this.lengths = Int32Array.from(this.#learnt, (one) => one.frames.length / speechBands);
  }

  get heldOutCount(): number {
    return this.#heldOut.length;
  }

  #frames(items: readonly SpeechItem[]): Frames[] {
    const { texts, voices, means, deviations } = this.config;
    const analysis = new SpeechFrames();
    return items.map(({ text: said, voice, samples }) => {
      const [own, who] = [texts.indexOf(said), voices.indexOf(voice)];
      if (own < 0 || who < 0) throw new ImagoError(`speech: nobody has learnt "${said}" said by ${voice}.`);
      const frames = analysis.analyse(samples).map((value, at) => {
        const band = at % speechBands;
        return (value - (means[band] as number)) / (deviations[band] as number);
      });
      return { text: own, voice: who, frames };
    });
  }

  network({ seed, runtime }: { readonly seed: number; readonly runtime: Runtime | undefined }): Model {
    const { network, texts, voices } = this.config;
    return speechNetwork(network, { texts: texts.length, voices: voices.length }, { seed, runtime });
  }

  batch(rows: ArrayLike<number>): TaskBatch {
    return batchOf(
      Array.from(rows, (row) => this.#learnt[row] as Frames),
      "frames",
    );
  }

  heldOut(): Measured | undefined {
    return this.#heldOut.length === 0 ? undefined : measuredOf(this.#heldOut);
  }

  /** Other recordings to measure on. @throws ImagoError on other texts and voices */
  measured(items: readonly SpeechItem[]): Measured {
    return measuredOf(this.#frames(items));
  }

  /** Speaks with a network as it is now. */
  async writer(network: Model): Promise<SpeechWriter> {
    return SpeechWriter.open(this.config, network, this.#runtime ?? (await defaultRuntime()));
  }

  /** Speech is heard, not judged, while it is learnt. */
  async sample(): Promise<undefined> {
    return undefined;
  }
}

function measuredOf(items: readonly Frames[]): Measured {
  const sorted = items.toSorted((a, b) => a.frames.length - b.frames.length);
  const batches = function* (): Iterable<TaskBatch> {
    for (let from = 0; from < sorted.length; from += measuredTogether)
      yield batchOf(sorted.slice(from, from + measuredTogether), "items");
  };
  return {
    batches: { [Symbol.iterator]: () => batches()[Symbol.iterator]() },
    items: items.length,
    positions: items.reduce((sum, { frames }) => sum + frames.length / speechBands, 0),
  };
}

/** Recordings side by side, padded at their ends; the loss is the mean over frames, or the sum over an item's, averaged over the items. */
function batchOf(items: readonly Frames[], over: "frames" | "items"): TaskBatch {
  const counts = items.map(({ frames }) => frames.length / speechBands);
  const length = paddedLength(Math.max(...counts));
  const shape = [items.length, length];
  const [before, frame] = [Tensor.zeros([...shape, speechBands]), Tensor.zeros([...shape, speechBands])];
  const [time, last, weight] = [
    Tensor.zeros([...shape, 1]),
    Tensor.zeros([...shape, 1]),
    Tensor.zeros(shape),
  ];
  const [said, who] = [new Int32Array(items.length * length), new Int32Array(items.length * length)];
  const total = counts.reduce((sum, one) => sum + one, 0);
  const each = over === "frames" ? (items.length * length) / total : length;
  items.forEach(({ text: own, voice, frames }, row) => {
    const from = row * length;
    const count = counts[row] as number;
    frame.data.set(frames, from * speechBands);
    before.data.set(frames.subarray(0, frames.length - speechBands), (from + 1) * speechBands);
    said.fill(own, from, from + length);
    who.fill(voice, from, from + length);
    for (let at = 0; at < length; at++) time.data[from + at] = at / framesOfTime;
    last.data[from + count - 1] = 1;
    weight.data.fill(each, from, from + count);
  });
  const x = { before, text: new Tensor("int32", shape, said), voice: new Tensor("int32", shape, who), time };
  return [x, { frame, last }, { frame: weight, last: weight }];
}
