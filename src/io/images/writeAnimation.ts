import { ImagoError } from "../../engine/errors.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { formatType, type Tensor } from "../../engine/tensor/tensor.js";
import { codec } from "./codec.js";
import { formatOfPath } from "./format.js";
import { samplesOf } from "./samples.js";
import { type WriteImageOptions, writeImageFields } from "./writeImage.js";

export interface AnimationOptions extends WriteImageOptions {
  /** Above 0 and up to 1000. Default: 20. */
  readonly framesPerSecond?: number | undefined;
  /** How often it plays, up to 65535; 0 for without end. Default: 0. */
  readonly loops?: number | undefined;
}

/** How {@link AnimationOptions} are read; command lines make their flags of these. */
export const animationFields = {
  ...writeImageFields,
  framesPerSecond: number({ default: 20, above: 0, max: 1000, help: "frames in a second" }),
  loops: number({ default: 0, min: 0, max: 65_535, integer: true }),
} satisfies FieldsOf<AnimationOptions>;

/**
 * An animation as a file's bytes.
 *
 * @param frames at least one, all of one shape, as for {@link encodeImage}
 * @throws ImagoError as {@link encodeImage}, and when the frames differ in shape
 */
export async function encodeAnimation(
  frames: readonly Tensor[],
  format: "gif" | "webp",
  options: AnimationOptions = {},
): Promise<Uint8Array> {
  const read = readOptions("writeAnimation", options, animationFields);
  const { framesPerSecond, loops, quality = 92 } = read;
  const [first] = frames;
  const odd = frames.find((frame) => formatType(frame) !== formatType(first as Tensor));
  if (first === undefined || odd !== undefined) {
    const what = odd === undefined ? "none" : `${formatType(first as Tensor)} and ${formatType(odd)}`;
    throw new ImagoError(`writeAnimation: expected frames of one shape, received ${what}.`);
  }
  const { width, height, channels } = samplesOf(first).raw;
  const all = Buffer.concat(frames.map((frame) => samplesOf(frame).samples));
  const timing = { delay: frames.map(() => Math.round(1000 / framesPerSecond)), loop: loops };
  const sharp = await codec();
  const stack = sharp(all, {
    raw: { width, height: height * frames.length, channels, pageHeight: height },
    limitInputPixels: false,
  });
  return await (format === "gif" ? stack.gif(timing) : stack.webp({ ...timing, quality })).toBuffer();
}

/**
 * Writes an animated GIF or WebP, whole or not at all.
 *
 * @param frames as for {@link encodeAnimation}
 * @throws ImagoError as {@link encodeAnimation}, when the extension is of another format, and when the file cannot be
 *   written
 */
export async function writeAnimation(
  path: string,
  frames: readonly Tensor[],
  options: AnimationOptions = {},
): Promise<void> {
  const format = formatOfPath(path);
  if (format !== "gif" && format !== "webp") {
    throw new ImagoError(`Cannot write ${path}: animations are written as .gif or .webp.`);
  }
  await atomicWrite(path, await encodeAnimation(frames, format, options));
}
