import type { Command } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import { type PreprocessingOptions, preprocessing } from "../../../vision/preprocessing.js";
import { numberOf, oneOf } from "../shell/numbers.js";
import { UsageError } from "../shell/run.js";

/** What the flags say of how a network wants its images. */
export interface PreprocessingFlags {
  readonly preset?: string | undefined;
  readonly channelOrder?: string | undefined;
  readonly range?: string | undefined;
  readonly mean?: string | undefined;
  readonly deviation?: string | undefined;
}

/** Adds the flags that say how a network wants its images. */
export function addPreprocessingFlags(command: Command): Command {
  return command
    .option("--preset <name>", "how the network wants its images: caffe, torchvision, keras or raw")
    .option("--channel-order <order>", "rgb or bgr")
    .option("--range <low,high>", "what the pixel values 0 and 255 become")
    .option("--mean <a,b,c>", "subtracted after that, in the network's channel order")
    .option("--deviation <a,b,c>", "divided by after that");
}

/**
 * The flags as options, checked; `undefined` when none is given.
 *
 * @throws UsageError naming the flag, what was expected and what came
 */
export function preprocessingFrom(flags: PreprocessingFlags): PreprocessingOptions | undefined {
  const { preset, channelOrder, range, mean, deviation } = flags;
  if ([preset, channelOrder, range, mean, deviation].every((flag) => flag === undefined)) return undefined;
  const options: PreprocessingOptions = {
    preset: preset as PreprocessingOptions["preset"],
    channelOrder:
      channelOrder === undefined ? undefined : oneOf("--channel-order", channelOrder, ["rgb", "bgr"]),
    range: range === undefined ? undefined : (numbers("--range", range, 2) as [number, number]),
    mean: mean === undefined ? undefined : (numbers("--mean", mean, 3) as [number, number, number]),
    deviation:
      deviation === undefined
        ? undefined
        : (numbers("--deviation", deviation, 3) as [number, number, number]),
  };
  try {
    preprocessing(options);
  } catch (error) {
    throw error instanceof ImagoError ? new UsageError(error.message, { cause: error }) : error;
  }
  return options;
}

function numbers(flag: string, text: string, count: number): number[] {
  const parts = text.split(",");
  if (parts.length !== count) {
    throw new UsageError(`${flag} must be ${count} numbers with commas between, received "${text}".`);
  }
  return parts.map((part) => numberOf(flag, part.trim()));
}
