import { arrayOfNumbers } from "../../../engine/arguments.js";
import { number } from "../../../engine/options.js";

const rateField = number({ min: 1, max: 768_000, integer: true });

/** Zero crossings of the sinc to each side, at the lower of the two rates: the slope at the band's end is an eighth of the band wide. */
const crossings = 48;
/** Where that slope has its middle, as a fraction of the band that the lower rate holds. */
const middle = 0.9625;
/** The shape of the Kaiser window: what lies beyond the slope is weakened by 85 dB. */
const beta = 8.6;

/**
 * A sound at another rate: band-limited interpolation by a sinc under a Kaiser window (Smith, "Digital Audio Resampling", 1984). What the
 * lower rate cannot hold is dropped, not folded down.
 *
 * @param samples at `from` samples a second
 * @returns samples at `to` a second, `samples.length · to / from` of them, and at least one of a sound
 * @throws ImagoError on rates outside 1 to 768000
 */
export function resample(samples: ArrayLike<number>, from: number, to: number): Float32Array {
  arrayOfNumbers.read("resample", "samples", samples);
  rateField.read("resample", "from", from);
  rateField.read("resample", "to", to);
  if (from === to) return Float32Array.from(samples);
  // Of a sound that is shorter than half a sample of the lower rate one is left.
  const least = Math.min(1, samples.length);
  const result = new Float32Array(Math.max(least, Math.round((samples.length * to) / from)));
  const kernel = new Kernel(from, to);
  for (let at = 0; at < result.length; at++) {
    // Whole numbers: a position that is rounded would drift.
    const whole = Math.floor((at * from) / to);
    result[at] = kernel.at(samples, whole, at * from - whole * to);
  }
  return result;
}

/** The weights of samples around a place between two of them, worked out once for each such place. */
class Kernel {
  readonly #cutoff: number;
  readonly #reach: number;
  readonly #to: number;
  readonly #weights = new Map<number, Float64Array>();

  constructor(from: number, to: number) {
    this.#cutoff = middle * Math.min(1, to / from);
    this.#reach = Math.ceil(crossings / Math.min(1, to / from));
    this.#to = to;
  }

  /** @param rest how far behind the sample `whole` the place is, in parts of `to` */
  at(samples: ArrayLike<number>, whole: number, rest: number): number {
    let weights = this.#weights.get(rest);
    if (weights === undefined) {
      weights = this.#around(rest / this.#to);
      this.#weights.set(rest, weights);
    }
    const begin = whole - this.#reach + 1;
    let sum = 0;
    for (let tap = Math.max(0, -begin); tap < Math.min(weights.length, samples.length - begin); tap++) {
      sum += (weights[tap] as number) * (samples[begin + tap] as number);
    }
    return sum;
  }

  #around(fraction: number): Float64Array {
    const weights = new Float64Array(2 * this.#reach);
    let total = 0;
    for (let tap = 0; tap < weights.length; tap++) {
      const away = tap - this.#reach + 1 - fraction;
      const weight = sinc(away * this.#cutoff) * kaiser(away / this.#reach);
      weights[tap] = weight;
      total += weight;
    }
    // A constant stays what it is.
    return weights.map((weight) => weight / total);
  }
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** @param x 0 in the middle, 1 at the ends and beyond */
const kaiser = (x: number): number => bessel(beta * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(beta);

/** The modified Bessel function of the first kind and order 0. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
