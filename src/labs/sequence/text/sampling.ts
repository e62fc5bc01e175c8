import { arrayOfNumbers } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  flag,
  having,
  number,
  optional,
  type ReadOf,
  readOptions,
} from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";

/** How the next token is chosen from the model's probabilities. */
export interface SamplingOptions {
  /** Always the most likely token; the other options then say nothing. Default: false. */
  readonly greedy?: boolean | undefined;
  /**
   * Divides the log-probabilities, above 0 and up to 1000000: below 1 the likely becomes likelier, above 1 all become more alike.
   * Default: 1, the model's own distribution (stochastic sampling).
   */
  readonly temperature?: number | undefined;
  /** Choose among the so many most likely tokens only, 1 to 1000000; of equally likely ones the first. Default: all. */
  readonly topK?: number | undefined;
  /**
   * Choose among the fewest tokens that together have this probability at the temperature (nucleus sampling;
   * Holtzman and others, "The Curious Case of Neural Text Degeneration", 2020). With `topK` too, a token must be
   * in both sets. Above 0 and up to 1. Default: 1, all.
   */
  readonly topP?: number | undefined;
}

const anyTemperature = number({
  default: 1,
  above: 0,
  max: 1_000_000,
  help: "below 1 safer, above 1 more surprising",
  unit: "t",
});

/** How {@link SamplingOptions} are read; command lines make their flags of these. */
export const samplingFields = {
  greedy: flag(false, { help: "always the most likely token" }),
  temperature: {
    ...anyTemperature,
    read: (where, name, value) => {
      try {
        return anyTemperature.read(where, name, value);
      } catch (error) {
        throw error instanceof ImagoError
          ? new ImagoError(error.message, { help: "For the limit 0 use greedy." })
          : error;
      }
    },
  },
  topK: optional(
    number({
      min: 1,
      max: 1_000_000,
      integer: true,
      help: "choose among the k most likely tokens only",
      unit: "k",
    }),
  ),
  topP: number({
    default: 1,
    above: 0,
    max: 1,
    help: "choose among the fewest tokens that together have probability p",
    unit: "p",
  }),
} satisfies FieldsOf<SamplingOptions>;

/** {@link SamplingOptions} in full. */
export type SamplingSettings = ReadOf<typeof samplingFields>;

const aboveZero = number({ above: 0 });

/** The place of the largest element; the first of equal ones. */
export function argMax(values: ArrayLike<number>): number {
  arrayOfNumbers.read("argMax", "values", values);
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/**
 * Probabilities at another temperature: exp(log p / T), normalised. Computed from the largest, so that no
 * temperature over- or underflows all of them.
 *
 * @param temperature above 0
 * @returns float64 probabilities with the sum 1
 */
export function reweight(probabilities: ArrayLike<number>, temperature: number): Float64Array {
  arrayOfNumbers.read("reweight", "probabilities", probabilities);
  aboveZero.read("reweight", "temperature", temperature);
  // A plain loop: this stands between any two tokens that are written.
  const weights = new Float64Array(probabilities.length);
  const largest = Math.log(probabilities[argMax(probabilities)] as number);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = Math.exp((Math.log(probabilities[i] as number) - largest) / temperature);
    weights[i] = weight;
    total += weight;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / total;
  return weights;
}

/** Sets to 0 what `topK` and `topP` leave out; the rest keeps its ratios. */
export function truncate(probabilities: Float64Array, topK: number, topP: number): Float64Array {
  arrayOfNumbers.read("truncate", "probabilities", probabilities);
  if (topK >= probabilities.length && topP >= 1) return probabilities;
  const order = Array.from(probabilities.keys()).sort(
    (a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b,
  );
  const kept = new Float64Array(probabilities.length);
  let total = 0;
  for (const index of order.slice(0, topK)) {
    kept[index] = probabilities[index] as number;
    total += probabilities[index] as number;
    if (total >= topP) break;
  }
  return kept;
}

/**
 * The next token.
 *
 * @param probabilities the model's softmax output
 * @param random drawn from once, unless greedy
 * @returns the token's number
 * @throws on unknown options and on values outside their range
 */
export function sample(
  probabilities: ArrayLike<number>,
  options: SamplingOptions,
  random: Generator,
): number {
  const settings = readOptions("sample", options, samplingFields);
  arrayOfNumbers.read("sample", "probabilities", probabilities);
  having<Generator>("a Generator", "categorical").read("sample", "random", random);
  return sampleToken(probabilities, settings, random);
}

/** As {@link sample}, for options that have been read: this stands between any two tokens that are written. */
export function sampleToken(
  probabilities: ArrayLike<number>,
  { greedy, temperature, topK = Number.POSITIVE_INFINITY, topP }: SamplingSettings,
  random: Generator,
): number {
  if (greedy) return argMax(probabilities);
  return random.categorical(truncate(reweight(probabilities, temperature), topK, topP));
}
