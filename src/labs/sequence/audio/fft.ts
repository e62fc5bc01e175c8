import { ImagoError } from "../../../engine/errors.js";

/** The discrete Fourier transform of a power of two, in place, with its factors worked out once. */
export class Fft {
  readonly size: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #order: Uint32Array;

  /** @throws ImagoError where the size is no power of two from 2 */
  constructor(size: number) {
    if (!Number.isInteger(Math.log2(size)) || size < 2) {
      throw new ImagoError(`Fft: size must be a power of two, received ${size}.`);
    }
    this.size = size;
    const angle = (at: number): number => (2 * Math.PI * at) / size;
    this.#cosines = Float64Array.from({ length: size / 2 }, (_, at) => Math.cos(angle(at)));
    this.#sines = Float64Array.from({ length: size / 2 }, (_, at) => Math.sin(angle(at)));
    const bits = Math.log2(size);
    this.#order = Uint32Array.from({ length: size }, (_, at) => reversed(at, bits));
  }

  /** `X[k] = Σ x[n] e^(−2πikn/N)` of complex numbers. */
  forward(real: Float64Array, imaginary: Float64Array): void {
    this.#transform(real, imaginary, -1);
  }

  /** `x[n] = 1/N Σ X[k] e^(2πikn/N)`. */
  inverse(real: Float64Array, imaginary: Float64Array): void {
    this.#transform(real, imaginary, 1);
    for (let at = 0; at < this.size; at++) {
      real[at] = (real[at] as number) / this.size;
      imaginary[at] = (imaginary[at] as number) / this.size;
    }
  }

  #transform(real: Float64Array, imaginary: Float64Array, sign: number): void {
    const { size } = this;
    for (let at = 0; at < size; at++) {
      const other = this.#order[at] as number;
      if (other <= at) continue;
      [real[at], real[other]] = [real[other] as number, real[at] as number];
      [imaginary[at], imaginary[other]] = [imaginary[other] as number, imaginary[at] as number];
    }
    for (let half = 1; half < size; half *= 2) this.#butterflies(real, imaginary, half, sign);
  }

  #butterflies(real: Float64Array, imaginary: Float64Array, half: number, sign: number): void {
    const stride = this.size / (2 * half);
    for (let from = 0; from < this.size; from += 2 * half) {
      for (let at = 0; at < half; at++) {
        const cosine = this.#cosines[at * stride] as number;
        const sine = sign * (this.#sines[at * stride] as number);
        const [a, b] = [from + at, from + at + half];
        const re = (real[b] as number) * cosine - (imaginary[b] as number) * sine;
        const im = (real[b] as number) * sine + (imaginary[b] as number) * cosine;
        real[b] = (real[a] as number) - re;
        imaginary[b] = (imaginary[a] as number) - im;
        real[a] = (real[a] as number) + re;
        imaginary[a] = (imaginary[a] as number) + im;
      }
    }
  }
}

function reversed(value: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result = (result << 1) | ((value >> bit) & 1);
  return result;
}
