import { checkOptions, ImagoError } from "../../engine/errors.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { formatType, type Tensor } from "../../engine/tensor/tensor.js";
import { codec } from "./codec.js";
import { formatOfPath } from "./format.js";
import { qualityOf, samplesOf } from "./samples.js";
import type { WriteImageOptions } from "./writeImage.js";

export interface AnimationOptions extends WriteImageOptions {
  /** Default: 20. */
  readonly framesPerSecond?: number | undefined;
  /** How often it plays; 0 for without end. Default: 0. */
  readonly loops?: number | undefined;
}

/**
 * Writes an animated GIF or WebP, whole or not at all.
 *
 * @param frames at least one, all of one shape, as for {@link encodeImage}
 * @throws ImagoError as {@link writeImage}, and when the extension is of another format or the frames differ in shape
 */
export async function writeAnimation(
  path: string,
  frames: readonly Tensor[],
  options: AnimationOptions = {},
): Promise<void> {
  checkOptions("writeAnimation", options, ["quality", "framesPerSecond", "loops"]);
  const format = formatOfPath(path);
  if (format !== "gif" && format !== "webp") {
    throw new ImagoError(`Cannot write ${path}: animations are written as .gif or .webp.`);
  }
  const [first] = frames;
  const odd = frames.find((frame) => formatType(frame) !== formatType(first as Tensor));
  if (first === undefined || odd !== undefined) {
    const what = odd === undefined ? "none" : `${formatType(first as Tensor)} and ${formatType(odd)}`;
    throw new ImagoError(`writeAnimation: expected frames of one shape, received ${what}.`);
  }
  const { framesPerSecond = 20, loops = 0, quality = 92 } = options;
  if (!(framesPerSecond > 0 && framesPerSecond <= 1000)) {
    throw new ImagoError(
      `writeAnimation: framesPerSecond must be from above 0 to 1000, received ${framesPerSecond}.`,
    );
  }
  const { width, height, channels } = samplesOf(first).raw;
  const all = Buffer.concat(frames.map((frame) => samplesOf(frame).samples));
  const timing = { delay: frames.map(() => Math.round(1000 / framesPerSecond)), loop: loops };
  const sharp = await codec();
  const stack = sharp(all, {
    raw: { width, height: height * frames.length, channels, pageHeight: height },
    limitInputPixels: false,
  });
  const bytes = await (format === "gif"
    ? stack.gif(timing)
    : stack.webp({ ...timing, quality: qualityOf(quality) })
  ).toBuffer();
  await atomicWrite(path, bytes);
}
