import type { Tensor } from "../../../engine/tensor/tensor.js";
import { formatOfPath } from "../../../io/images/format.js";
import { writeAnimation } from "../../../io/images/writeAnimation.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { checkFfmpeg, writeVideo } from "../../../io/images/writeVideo.js";
import { UsageError } from "../shell/run.js";

/** Takes the frames of an animation, and makes files of them. */
export interface FrameSink {
  add(frame: Tensor): Promise<void>;
  /** Writes what has come; nothing where nothing has. */
  finish(): Promise<void>;
}

/**
 * Where the frames of `--out` go: an animated `.webp` or `.gif`, an `.mp4` by ffmpeg, or a picture each where the
 * name holds a number's place, `%d` or `%04d`.
 *
 * @throws UsageError when the name is none of these, ImagoError when there is no ffmpeg for an `.mp4`
 */
export function frameSink(path: string, framesPerSecond: number): FrameSink {
  if (placeOfNumber.test(path)) return pictures(path);
  if (/\.mp4$/i.test(path)) {
    checkFfmpeg();
    return collecting((frames) => writeVideo(path, frames, { framesPerSecond }));
  }
  if (/\.(webp|gif)$/i.test(path))
    return collecting((frames) => writeAnimation(path, frames, { framesPerSecond }));
  throw new UsageError(`--out: a zoom is written as .webp, .gif, .mp4 or dir/%04d.png, received "${path}".`);
}

const placeOfNumber = /%(?:0(\d))?d/;

function pictures(pattern: string): FrameSink {
  formatOfPath(pattern);
  let count = 0;
  return {
    async add(frame) {
      const path = pattern.replace(placeOfNumber, (_, digits: string | undefined) =>
        String(count).padStart(Number(digits ?? 0), "0"),
      );
      count++;
      await writeImage(path, frame);
    },
    finish: async () => {},
  };
}

function collecting(write: (frames: readonly Tensor[]) => Promise<void>): FrameSink {
  const frames: Tensor[] = [];
  return {
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
