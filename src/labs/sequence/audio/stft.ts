import { Fft } from "./fft.js";

/** How a sound is cut into frames. */
export interface StftSettings {
  /** Samples of a frame, a power of two. */
  readonly window: number;
  /** Samples from one frame to the next. */
  readonly hop: number;
}

/** The spectra of a sound's frames, from frequency 0 to half the rate. */
export interface Spectra {
  readonly frames: number;
  /** `window / 2 + 1`. */
  readonly bins: number;
  /** `[frames, bins]` */
  readonly real: Float64Array;
  /** `[frames, bins]` */
  readonly imaginary: Float64Array;
}

/** The short-time Fourier transform under a Hann window, and back. Frames are centred: half a window of zeros lies before and behind. */
export class Stft {
  readonly settings: StftSettings;
  readonly #fft: Fft;
  readonly #hann: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;

  constructor(settings: StftSettings) {
    const { window } = settings;
    this.settings = settings;
    this.#fft = new Fft(window);
    this.#hann = Float64Array.from(
      { length: window },
      (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / window),
    );
    this.#real = new Float64Array(window);
    this.#imaginary = new Float64Array(window);
  }

  /** Frames of a sound of so many samples. */
  framesOf(samples: number): number {
    return 1 + Math.floor(samples / this.settings.hop);
  }

  forward(samples: ArrayLike<number>): Spectra {
    const { window, hop } = this.settings;
    const [frames, bins] = [this.framesOf(samples.length), window / 2 + 1];
    const spectra = {
      frames,
      bins,
      real: new Float64Array(frames * bins),
      imaginary: new Float64Array(frames * bins),
    };
    for (let frame = 0; frame < frames; frame++) {
      const begin = frame * hop - window / 2;
      for (let at = 0; at < window; at++) {
        const place = begin + at;
        const value = place >= 0 && place < samples.length ? (samples[place] as number) : 0;
        this.#real[at] = value * (this.#hann[at] as number);
      }
      this.#imaginary.fill(0);
      this.#fft.forward(this.#real, this.#imaginary);
      spectra.real.set(this.#real.subarray(0, bins), frame * bins);
      spectra.imaginary.set(this.#imaginary.subarray(0, bins), frame * bins);
    }
    return spectra;
  }

  /** The sound whose frames come nearest to the spectra in least squares. (Griffin and Lim 1984, equation 6.) */
  inverse({ frames, bins, real, imaginary }: Spectra, samples: number): Float64Array {
    const { window, hop } = this.settings;
    const sum = new Float64Array(samples);
    const weight = new Float64Array(samples);
    for (let frame = 0; frame < frames; frame++) {
      for (let at = 0; at < window; at++) {
        // The upper half is the lower one's mirror, since sounds are real.
        const own = at < bins ? at : window - at;
        this.#real[at] = real[frame * bins + own] as number;
        this.#imaginary[at] = (at < bins ? 1 : -1) * (imaginary[frame * bins + own] as number);
      }
      this.#fft.inverse(this.#real, this.#imaginary);
      const begin = frame * hop - window / 2;
      for (let at = Math.max(0, -begin); at < Math.min(window, samples - begin); at++) {
        const hann = this.#hann[at] as number;
        sum[begin + at] = (sum[begin + at] as number) + hann * (this.#real[at] as number);
        weight[begin + at] = (weight[begin + at] as number) + hann * hann;
      }
    }
    return sum.map((value, at) => value / Math.max(1e-8, weight[at] as number));
  }
}
