import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
  text as textField,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Program, Runtime } from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { inferenceGraph } from "../../../nn/network/inferenceGraph.js";
import { copyWeights } from "../text/network.js";
import { stepShapes } from "../text/stepShapes.js";
import { framesOfTime, SpeechFrames, speechBands, speechRate } from "./speechFrames.js";
import { speechStepNetwork } from "./speechNetwork.js";
import type { SpeechTaskConfig } from "./speechTaskConfig.js";

export interface SayOptions {
  /** Whose voice, by its name. Default: the first. */
  readonly voice?: string | undefined;
  /** Frames of 16 ms that a word takes at most, 1 to 10000. Default: 100. */
  readonly longest?: number | undefined;
  /** Seconds of silence between words, 0 to 10. Default: 0.08. */
  readonly pause?: number | undefined;
  /** What the phases of the sound begin with. Default: a generator with seed 0. */
  readonly random?: Generator | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How {@link SayOptions} are read. */
export const sayFields = {
  voice: optional(textField()),
  longest: number({ default: 100, min: 1, max: 10_000, integer: true }),
  pause: number({ default: 0.08, min: 0, max: 10 }),
  random: optional(having<Generator>("a Generator", "uniforms", "split")),
  signal: abortSignal,
} satisfies FieldsOf<SayOptions>;

/** A word in a sound. */
export interface SpokenWord {
  readonly text: string;
  /** Seconds from the sound's beginning. */
  readonly begin: number;
  readonly end: number;
  /** Whether it came to its end by itself. */
  readonly ended: boolean;
}

/** What was said. */
export interface Spoken {
  /** −1 to 1, at `rate` a second. */
  readonly samples: Float32Array;
  readonly rate: number;
  readonly words: readonly SpokenWord[];
}

/** Speaks with a trained network. */
export class SpeechWriter {
  readonly #config: SpeechTaskConfig;
  readonly #network: Model;
  readonly #runtime: Runtime;
  readonly #analysis = new SpeechFrames();

  private constructor(config: SpeechTaskConfig, network: Model, runtime: Runtime) {
    this.#config = config;
    this.#network = network;
    this.#runtime = runtime;
  }

  /** @param trained a network with the weights to use; they are copied */
  static open(config: SpeechTaskConfig, trained: Model, runtime: Runtime): SpeechWriter {
    const { network, texts, voices } = config;
    const step = speechStepNetwork(network, { texts: texts.length, voices: voices.length });
    copyWeights(trained, step);
    return new SpeechWriter(config, step, runtime);
  }

  /**
   * The words of a text that were learnt: the longest that fit, apart by blanks; where one is no word, sign by sign, so that `507` is
   * three digits.
   *
   * @throws ImagoError naming what was never learnt
   */
  wordsOf(text: string): readonly string[] {
    const { texts } = this.#config;
    const pieces = text.split(/\s+/).filter((word) => word !== "");
    if (pieces.length === 0) throw new ImagoError("say: there is nothing to say.");
    const known = new Set(texts.map((one) => one.split(/\s+/).join(" ")));
    const words: string[] = [];
    for (let at = 0; at < pieces.length; ) {
      let end = pieces.length;
      while (end > at && !known.has(pieces.slice(at, end).join(" "))) end--;
      if (end > at) words.push(pieces.slice(at, end).join(" "));
      else words.push(...this.#signsOf(pieces[at] as string));
      at = Math.max(end, at + 1);
    }
    return words;
  }

  #signsOf(word: string): readonly string[] {
    const { texts } = this.#config;
    const signs = Array.from(word);
    if (signs.every((sign) => texts.includes(sign))) return signs;
    const quoted = texts.slice(0, 30).map((one) => JSON.stringify(one));
    throw new ImagoError(`say: nobody has learnt to say ${JSON.stringify(word)}.`, {
      help: `What was learnt: ${quoted.join(" ")}${texts.length > 30 ? " …" : ""}.`,
    });
  }

  /**
   * Says a text, word by word.
   *
   * @throws ImagoError on words and voices that were never learnt, on unknown options and values outside their range; the signal's
   *   reason when it aborts
   */
  async say(text: string, options: SayOptions = {}): Promise<Spoken> {
    const {
      voice,
      longest,
      pause,
      random = new Generator(0),
      signal,
    } = readOptions("say", options, sayFields);
    const words = this.wordsOf(text);
    const who = this.#voice(voice);
    const silence = Math.round(pause * speechRate);
    const sounds: Float32Array[] = [];
    const spoken: SpokenWord[] = [];
    let at = 0;
    const program = await this.#compile();
    try {
      for (const [number, word] of words.entries()) {
        signal?.throwIfAborted();
        const { frames, ended } = await this.#frames(program, word, who, longest);
        const sound = this.#analysis.synthesise(frames, random.split(number));
        if (number > 0) at += silence;
        spoken.push({ text: word, begin: at / speechRate, end: (at + sound.length) / speechRate, ended });
        sounds.push(sound);
        at += sound.length;
      }
    } finally {
      await program.dispose();
    }
    const samples = new Float32Array(at);
    sounds.forEach(
      (sound, number) => void samples.set(sound, Math.round((spoken[number]?.begin ?? 0) * speechRate)),
    );
    return { samples, rate: speechRate, words: spoken };
  }

  #voice(name: string | undefined): number {
    const { voices } = this.#config;
    if (name === undefined) return 0;
    const found = voices.indexOf(name);
    if (found >= 0) return found;
    throw new ImagoError(`say: there is no voice "${name}"; there are ${voices.join(", ")}.`);
  }

  /** Frames of a word, as `SpeechFrames` has them, until the network says that one is the last. */
  async #frames(
    program: Program,
    word: string,
    voice: number,
    longest: number,
  ): Promise<{ readonly frames: Float32Array; readonly ended: boolean }> {
    const { network, texts, means, deviations } = this.#config;
    const feeds: Record<string, Tensor> = {
      before: Tensor.zeros([1, 1, speechBands]),
      text: new Tensor("int32", [1, 1], Int32Array.of(texts.indexOf(word))),
      voice: new Tensor("int32", [1, 1], Int32Array.of(voice)),
      time: Tensor.zeros([1, 1, 1]),
    };
    for (let layer = 0; layer < network.layers; layer++)
      feeds[`state_${layer}`] = Tensor.zeros([1, network.units]);
    const frames: number[] = [];
    let [ended, goesOn] = [false, 1];
    for (let at = 0; at < longest && !ended; at++) {
      const results = await program.run(feeds);
      const frame = results.frame as Tensor<"float32">;
      frame.data.forEach(
        (value, band) => void frames.push(value * (deviations[band] as number) + (means[band] as number)),
      );
      // Of no single frame it is likely that it is the last: the word ends where it has probably ended.
      goesOn /= 1 + Math.exp((results.last as Tensor<"float32">).data[0] as number);
      ended = goesOn < 0.5;
      feeds.before = frame;
      feeds.time = Tensor.full([1, 1, 1], (at + 1) / framesOfTime);
      for (let layer = 0; layer < network.layers; layer++)
        feeds[`state_${layer}`] = results[`next_state_${layer}`] as Tensor;
    }
    return { frames: Float32Array.from(frames), ended };
  }

  #compile(): Promise<Program> {
    return this.#runtime.compile(inferenceGraph(this.#network, stepShapes(this.#network, 1)), { threads: 1 });
  }
}
