import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  having,
  list,
  number,
  numbers,
  oneOf,
  optional,
  readOptions,
  record,
  text,
} from "../../../engine/options.js";
import { SpeechFrames, speechBands } from "./speechFrames.js";
import type { SpeechItem } from "./speechItem.js";
import { type SpeechNetworkConfig, speechNetworkFields } from "./speechNetwork.js";

/** What a network that speaks is made of, as it is saved. */
export interface SpeechTaskConfig {
  readonly kind: "speech";
  readonly network: SpeechNetworkConfig;
  /** What can be said, in the order of their numbers. */
  readonly texts: readonly string[];
  readonly voices: readonly string[];
  /** Means and deviations of the bands, by which frames are brought to one scale. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** Fraction of the recordings that is not learnt but measured on. */
  readonly heldOut: number;
  /** What decides which. */
  readonly seed: number;
}

/** How {@link SpeechTaskConfig} is read, which may come from a file. */
export const speechTaskFields = {
  kind: oneOf(["speech"]),
  network: record(speechNetworkFields),
  texts: list(text(), "an array of texts"),
  voices: list(text(), "an array of names"),
  means: numbers(),
  deviations: numbers({ above: 0 }),
  heldOut: number({ default: 0.05, min: 0, below: 1 }),
  seed: number({ default: 0, min: 0, integer: true }),
} satisfies FieldsOf<SpeechTaskConfig>;

export interface SpeechTaskOptions {
  /** Default: a GRU of 256 units. */
  readonly network?: Partial<SpeechNetworkConfig> | undefined;
  /** Fraction of the recordings that is not learnt but measured on, 0 to below 1. Default: 0.05. */
  readonly heldOut?: number | undefined;
  /** What decides which. Default: 0. */
  readonly seed?: number | undefined;
}

const optionFields = {
  network: optional(record(speechNetworkFields)),
  heldOut: speechTaskFields.heldOut,
  seed: speechTaskFields.seed,
};

const recordings = list(
  having<SpeechItem>("a recording { text, voice, samples }", "text", "voice", "samples"),
  "an array of recordings",
);

/**
 * The configuration that recordings and options mean: texts, voices and the bands' means are theirs.
 *
 * @throws ImagoError on unknown options and values outside their range, and where there is no recording
 */
export function speechTaskConfig(
  items: readonly SpeechItem[],
  options: SpeechTaskOptions = {},
): SpeechTaskConfig {
  const { network: given, heldOut, seed } = readOptions("speechTaskConfig", options, optionFields);
  const network = given ?? readOptions("speechTaskConfig: network", {}, speechNetworkFields);
  const all = recordings.read("speechTaskConfig", "items", items);
  if (all.length === 0)
    throw new ImagoError("speechTaskConfig: there are no recordings, and so nothing to learn.");
  const analysis = new SpeechFrames();
  const sums = new Float64Array(speechBands);
  const squares = new Float64Array(speechBands);
  let count = 0;
  for (const { samples } of items) {
    const frames = analysis.analyse(samples);
    count += frames.length / speechBands;
    frames.forEach((value, at) => {
      const band = at % speechBands;
      sums[band] = (sums[band] as number) + value;
      squares[band] = (squares[band] as number) + value * value;
    });
  }
  const means = [...sums].map((sum) => sum / count);
  const deviations = [...squares].map((square, band) =>
    Math.sqrt(Math.max(1e-4, square / count - (means[band] as number) ** 2)),
  );
  const different = (of: (item: SpeechItem) => string): string[] => [...new Set(items.map(of))].sort();
  return {
    ...{
      kind: "speech",
      network,
      texts: different((item) => item.text),
      voices: different((item) => item.voice),
    },
    ...{ means, deviations, heldOut, seed },
  };
}
