import type { Tensor } from "../../../engine/tensor/tensor.js";
import { formatOfPath } from "../../../io/images/format.js";
import { encodeAnimation, writeAnimation } from "../../../io/images/writeAnimation.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { checkFfmpeg, writeVideo } from "../../../io/images/writeVideo.js";
import { filesOfPattern } from "../shell/files.js";
import { UsageError } from "../shell/run.js";
import { isStandard, writeStandardOutput } from "../shell/standard.js";

/** Takes the frames of an animation, and makes files of them. */
export interface FrameSink {
  add(frame: Tensor): Promise<void>;
  /** The files that so many frames are written to: of pictures, those that are there already. */
  files(count: number): Promise<readonly string[]>;
  /** Writes what has come; nothing where nothing has. */
  finish(): Promise<void>;
}

/**
 * Where the frames of `--out` go: an animated `.webp` or `.gif`, an `.mp4` by ffmpeg, or a picture each where the
 * name holds a number's place, `%d` or `%04d`. Standard output gets an animated WebP.
 *
 * @throws UsageError when the name is none of these, ImagoError when there is no ffmpeg for an `.mp4`
 */
export function frameSink(path: string, framesPerSecond: number): FrameSink {
  if (isStandard(path)) {
    return collecting(path, async (frames) =>
      writeStandardOutput(await encodeAnimation(frames, "webp", { framesPerSecond })),
    );
  }
  if (placeOfNumber.test(path)) return pictures(path);
  if (/\.mp4$/i.test(path)) {
    checkFfmpeg();
    return collecting(path, (frames) => writeVideo(path, frames, { framesPerSecond }));
  }
  if (/\.(webp|gif)$/i.test(path))
    return collecting(path, (frames) => writeAnimation(path, frames, { framesPerSecond }));
  throw new UsageError(`--out: a zoom is written as .webp, .gif, .mp4 or dir/%04d.png, received "${path}".`);
}

const placeOfNumber = /%(?:0(\d))?d/;

function pictures(pattern: string): FrameSink {
  formatOfPath(pattern);
  const at = (index: number): string =>
    pattern.replace(placeOfNumber, (_, digits: string | undefined) =>
      String(index).padStart(Number(digits ?? 0), "0"),
    );
  let count = 0;
  return {
    async add(frame) {
      await writeImage(at(count), frame);
      count++;
    },
    // The first in any case: it says whether there is a folder.
    files: async (most) => [...new Set([at(0), ...(await filesOfPattern(at, most))])],
    finish: async () => {},
  };
}

function collecting(path: string, write: (frames: readonly Tensor[]) => Promise<void>): FrameSink {
  const frames: Tensor[] = [];
  return {
    files: async () => [path],
    // As bytes: a long animation would not fit into memory otherwise.
    add: async (frame) => {
      frames.push(rounded(frame));
    },
    finish: async () => {
      if (frames.length > 0) await write(frames);
    },
  };
}

function rounded(frame: Tensor): Tensor {
  const bytes = frame.cast("uint8");
  for (let at = 0; at < bytes.size; at++) bytes.data[at] = Math.round(Number(frame.data[at]));
  return bytes;
}
