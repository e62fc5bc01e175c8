import { ImagoError, nearest } from "../engine/errors.js";
import {
  converting,
  type Field,
  type FieldsOf,
  type Form,
  oneOf,
  optional,
  readOptions,
} from "../engine/options.js";
import { formatType, Tensor, toNumbers } from "../engine/tensor/tensor.js";

/** Three numbers, one for each colour channel. */
export type Triple = readonly [number, number, number];

/** How a network wants its images: plain JSON, as `readPreprocessing` finds it in a file beside a model. */
export interface PreprocessingOptions {
  /** Fills in what the other options leave out. Default: `"raw"`. */
  readonly preset?: PreprocessingPreset | undefined;
  /** Order of the colour channels in the network's input. Default: the preset's. */
  readonly channelOrder?: "rgb" | "bgr" | undefined;
  /** What the pixel values 0 and 255 become before mean and deviation are applied, -1e6 to 1e6. Default: the preset's. */
  readonly range?: readonly [number, number] | undefined;
  /** Subtracted, after scaling to `range`, -1e6 to 1e6; in the network's channel order. Default: the preset's. */
  readonly mean?: Triple | undefined;
  /** Divided by, after the mean is subtracted, 1e-6 to 1e6; in the network's channel order. Default: the preset's. */
  readonly deviation?: Triple | undefined;
  /** Where the channels stand in the network's input. Default: `"channelsFirst"`, as ONNX's convolutions take them. */
  readonly layout?: "channelsFirst" | "channelsLast" | undefined;
  /** Height and width that the network was trained at, in pixels, 1 to 30000; one number for a square. Default: not known. */
  readonly size?: number | readonly [number, number] | undefined;
}

/** {@link PreprocessingOptions} in full. */
export interface PreprocessingSettings {
  readonly channelOrder: "rgb" | "bgr";
  readonly range: readonly [number, number];
  readonly mean: Triple;
  readonly deviation: Triple;
  readonly layout: "channelsFirst" | "channelsLast";
  readonly size: readonly [number, number] | undefined;
}

const zeros: Triple = [0, 0, 0];
const ones: Triple = [1, 1, 1];

type PresetSettings = Pick<PreprocessingSettings, "channelOrder" | "range" | "mean" | "deviation">;

/**
 * The usual ways. `caffe`: blue, green, red from 0 to 255, less the means of ImageNet. `torchvision`: red, green,
 * blue from 0 to 1, less the means and divided by the deviations of ImageNet. `keras`: from −1 to 1. `raw`: as
 * pixels are, 0 to 255.
 */
const presets = {
  caffe: { channelOrder: "bgr", range: [0, 255], mean: [104, 117, 123], deviation: ones },
  torchvision: {
    channelOrder: "rgb",
    range: [0, 1],
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
  keras: { channelOrder: "rgb", range: [-1, 1], mean: zeros, deviation: ones },
  raw: { channelOrder: "rgb", range: [0, 255], mean: zeros, deviation: ones },
} as const satisfies Readonly<Record<string, PresetSettings>>;

export type PreprocessingPreset = keyof typeof presets;

/** The names of the presets. */
export const preprocessingPresets = Object.freeze(Object.keys(presets)) as readonly PreprocessingPreset[];

const presetField: Field<PreprocessingPreset> = {
  expected: "the name of a preset",
  form: { kind: "text" },
  help: `how the network wants its images: ${listed(preprocessingPresets)}`,
  unit: "name",
  read: (where, _name, value) => {
    const found = preprocessingPresets.find((preset) => preset === value);
    if (found !== undefined) return found;
    const meant = nearest(String(value), preprocessingPresets);
    const hint = meant === undefined ? "" : `Did you mean "${meant}"? `;
    throw new ImagoError(`${where}: there is no preset ${JSON.stringify(value)}.`, {
      help: `${hint}There are: ${preprocessingPresets.join(", ")}.`,
    });
  },
};

const several = (count: number): Form => ({ kind: "numbers", count });

/** How {@link PreprocessingOptions} are read; command lines make their flags of these. */
export const preprocessingFields = {
  preset: optional(presetField),
  channelOrder: optional(oneOf(["rgb", "bgr"], undefined, { unit: "order" })),
  range: optional(
    converting("two numbers from -1000000 to 1000000, the lower one first", ascending, {
      form: several(2),
      help: "what the pixel values 0 and 255 become",
      unit: "low,high",
    }),
  ),
  mean: optional(
    converting("three numbers from -1000000 to 1000000, one for each channel", triple, {
      form: several(3),
      help: "subtracted after that, in the network's channel order",
      unit: "a,b,c",
    }),
  ),
  deviation: optional(
    converting("three numbers from 0.000001 to 1000000, one for each channel", positive, {
      form: several(3),
      help: "divided by after that",
      unit: "a,b,c",
    }),
  ),
  layout: oneOf(["channelsFirst", "channelsLast"], "channelsFirst"),
  size: optional(converting("a whole number of pixels from 1 to 30000, or [height, width]", sides)),
} satisfies FieldsOf<PreprocessingOptions>;

/** The way from pixels to a network's input and back. */
export class Preprocessing {
  readonly settings: PreprocessingSettings;

  /** @throws ImagoError on an unknown option and on a value that makes no sense, naming it */
  constructor(options: PreprocessingOptions = {}) {
    const read = readOptions("preprocessing", options, preprocessingFields);
    const preset: PresetSettings = presets[read.preset ?? "raw"];
    this.settings = Object.freeze({
      channelOrder: read.channelOrder ?? preset.channelOrder,
      range: read.range ?? preset.range,
      mean: read.mean ?? preset.mean,
      deviation: read.deviation ?? preset.deviation,
      layout: read.layout,
      size: read.size,
    });
  }

  /** How much one step of a pixel value (of 255) is in the network's input, for each of its channels. */
  get unitsPerLevel(): Triple {
    const { range, deviation } = this.settings;
    return eachChannel((channel) => (range[1] - range[0]) / 255 / deviation[channel]);
  }

  /** What black and white are in the network's input, for each of its channels. */
  get bounds(): { readonly black: Triple; readonly white: Triple } {
    const { range, mean, deviation } = this.settings;
    const at = (value: number): Triple =>
      eachChannel((channel) => (value - mean[channel]) / deviation[channel]);
    return { black: at(range[0]), white: at(range[1]) };
  }

  /**
   * Pixels as the network takes them.
   *
   * @param image RGB from 0 to 255: `[height, width, 3]`, or `[images, height, width, 3]` for a batch
   * @returns float32 `[images, 3, height, width]`, one image for an input without a batch; channels last where
   *   the settings say so
   * @throws ImagoError when the shape is another
   */
  toNetwork(image: Tensor): Tensor<"float32"> {
    const shape = image.shape.length === 3 ? [1, ...image.shape] : image.shape;
    const [count, height, width, channels] = shape;
    if (shape.length !== 4 || channels !== 3) {
      throw expected("toNetwork", "an image [height, width, 3] or [images, height, width, 3]", image);
    }
    const first = this.settings.layout === "channelsFirst";
    const size = [count, height, width] as [number, number, number];
    const result = Tensor.zeros(first ? [size[0], 3, size[1], size[2]] : shape);
    const numbers = toNumbers(image);
    this.#each(size, (pixel, network, channel, scale, offset) => {
      result.data[network] = (numbers[pixel] as number) * scale[channel] + offset[channel];
    });
    return result;
  }

  /**
   * The inverse of {@link toNetwork}. Values outside of 0 to 255 stay what they are, for `writeImage` to clip.
   *
   * @param input what the network takes, of rank 4
   * @returns RGB, float32: `[height, width, 3]` for one image, else `[images, height, width, 3]`
   * @throws ImagoError when the shape is another
   */
  fromNetwork(input: Tensor): Tensor<"float32"> {
    const { shape } = input;
    const first = this.settings.layout === "channelsFirst";
    if (shape.length !== 4 || shape[first ? 1 : 3] !== 3) {
      const wanted = first ? "[images, 3, height, width]" : "[images, height, width, 3]";
      throw expected("fromNetwork", wanted, input);
    }
    const size = (first ? [shape[0], shape[2], shape[3]] : shape.slice(0, 3)) as [number, number, number];
    const result = Tensor.zeros([...size, 3]);
    const numbers = toNumbers(input);
    this.#each(size, (pixel, network, channel, scale, offset) => {
      result.data[pixel] = ((numbers[network] as number) - offset[channel]) / scale[channel];
    });
    return size[0] === 1 ? result.reshape(size.slice(1).concat(3)) : result;
  }

  /** Calls `visit` with where each element stands among pixels and in the network, and its line in between. */
  #each([count, height, width]: readonly [number, number, number], visit: Visit): void {
    const { channelOrder, layout } = this.settings;
    const scale = this.unitsPerLevel;
    const offset = this.bounds.black;
    const plane = height * width;
    const [pixelStep, channelStep] = layout === "channelsFirst" ? [1, plane] : [3, 1];
    for (let image = 0; image < count; image++) {
      for (const channel of channelNumbers) {
        let pixel = image * plane * 3 + (channelOrder === "rgb" ? channel : 2 - channel);
        let network = image * plane * 3 + channel * channelStep;
        for (let at = 0; at < plane; at++) {
          visit(pixel, network, channel, scale, offset);
          pixel += 3;
          network += pixelStep;
        }
      }
    }
  }
}

type Channel = 0 | 1 | 2;
const channelNumbers: readonly Channel[] = [0, 1, 2];
const eachChannel = (value: (channel: Channel) => number): Triple => [value(0), value(1), value(2)];

/** network = pixel × scale + offset, for each of the network's channels. */
type Visit = (pixel: number, network: number, channel: Channel, scale: Triple, offset: Triple) => void;

/** The way from pixels to a network's input, by a preset's name or in full. */
export function preprocessing(options: PreprocessingPreset | PreprocessingOptions = {}): Preprocessing {
  return new Preprocessing(typeof options === "string" ? { preset: options } : options);
}

/** `a, b or c`. */
function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Farther from 0 no network was ever trained. */
const farthest = 1e6;
/** Pixels; more fit into no memory. */
const longest = 30_000;

function numbersOf(value: unknown, count: number): readonly number[] | undefined {
  const isList = Array.isArray(value) && value.length === count;
  return isList && value.every((one) => Math.abs(one as number) <= farthest)
    ? (value as readonly number[])
    : undefined;
}

function triple(value: unknown): Triple | undefined {
  return numbersOf(value, 3) as Triple | undefined;
}

function positive(value: unknown): Triple | undefined {
  const deviation = triple(value);
  return deviation?.every((one) => one >= 1 / farthest) ? deviation : undefined;
}

function ascending(value: unknown): readonly [number, number] | undefined {
  const range = numbersOf(value, 2) as readonly [number, number] | undefined;
  return range !== undefined && range[0] < range[1] ? range : undefined;
}

function sides(value: unknown): readonly [number, number] | undefined {
  const size = numbersOf(typeof value === "number" ? [value, value] : value, 2);
  const areSides = size?.every((side) => Number.isSafeInteger(side) && side > 0 && side <= longest);
  return areSides ? (size as readonly [number, number]) : undefined;
}

function expected(what: string, wanted: string, tensor: Tensor): ImagoError {
  return new ImagoError(`${what}: expected ${wanted}, received ${formatType(tensor)}.`);
}
