import type { Generator } from "../../../engine/random/generator.js";
import { Stft } from "../audio/stft.js";
import { griffinLim } from "./griffinLim.js";
import { fromBands, type MelBands, melBands, toBands } from "./melBands.js";

/** Samples a second of all speech here: enough for every sound by which words are told apart. */
export const speechRate = 8000;
/** Samples from one frame to the next: 16 ms. */
export const speechHop = 128;
/** Bands of a frame. */
export const speechBands = 40;
/** Frames as time counts for a network: about one for half a second. */
export const framesOfTime = 30;
/** Samples of a frame: 64 ms under a Hann window. */
const window = 512;
/** Frequencies, in hertz, between which bands lie. */
const [lowest, highest] = [60, 3900];
/** Below this a band counts as silent. */
const silence = 1e-3;

/** Frames of speech as their logarithms in mel bands, and back. */
export class SpeechFrames {
  readonly #stft = new Stft({ window, hop: speechHop });
  readonly #mel: MelBands = melBands(speechBands, { window, rate: speechRate, from: lowest, to: highest });

  /**
   * @param samples −1 to 1, at {@link speechRate}
   * @returns natural logarithms of the bands' magnitudes, `[frames, bands]`
   */
  analyse(samples: Float32Array): Float32Array {
    const { real, imaginary } = this.#stft.forward(samples);
    const magnitudes = real.map((value, at) => Math.hypot(value, imaginary[at] as number));
    return Float32Array.from(toBands(this.#mel, magnitudes), (value) => Math.log(Math.max(silence, value)));
  }

  /**
   * A sound of such frames, by the fast method of Griffin and Lim.
   *
   * @param frames as `analyse` gives them
   * @returns −1 to 1 at {@link speechRate}
   */
  synthesise(frames: Float32Array, random: Generator): Float32Array {
    const wanted = Float64Array.from(frames, (value) => (value <= Math.log(silence) ? 0 : Math.exp(value)));
    const samples = griffinLim(fromBands(this.#mel, wanted), this.#stft, random);
    return Float32Array.from(samples, (value) => Math.max(-1, Math.min(1, value)));
  }
}
