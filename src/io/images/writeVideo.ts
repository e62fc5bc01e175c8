import { spawn, spawnSync } from "node:child_process";
import { rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { ImagoError } from "../../engine/errors.js";
import { fileError } from "../../engine/files/fileError.js";
import { sweepTemporaries, temporaryBeside } from "../../engine/files/temporary.js";
import { type FieldsOf, readOptions } from "../../engine/options.js";
import { formatType, type Tensor } from "../../engine/tensor/tensor.js";
import { samplesOf } from "./samples.js";
import { animationFields } from "./writeAnimation.js";

export interface VideoOptions {
  /** Above 0 and up to 1000. Default: 20. */
  readonly framesPerSecond?: number | undefined;
}

const fields = { framesPerSecond: animationFields.framesPerSecond } satisfies FieldsOf<VideoOptions>;

/** @throws ImagoError unless the program `ffmpeg` can be run */
export function checkFfmpeg(): void {
  if (spawnSync("ffmpeg", ["-version"], { stdio: "ignore" }).status === 0) return;
  throw new ImagoError("An .mp4 is written by ffmpeg, which is not on the PATH.", {
    help: "Install it, or write a .webp or .gif.",
  });
}

/**
 * Writes an MP4 (H.264) with the program `ffmpeg`, whole or not at all. Sizes are cut to even numbers, as the format
 * wants them.
 *
 * @param frames at least one, all of one shape `[height, width, 3]` from 0 to 255
 * @throws ImagoError when there is no `ffmpeg` on the PATH, when it fails, and when the frames differ in shape
 */
export async function writeVideo(
  path: string,
  frames: readonly Tensor[],
  options: VideoOptions = {},
): Promise<void> {
  const { framesPerSecond } = readOptions("writeVideo", options, fields);
  const [first] = frames;
  const odd = frames.find((frame) => formatType(frame) !== formatType(first as Tensor));
  if (first === undefined || odd !== undefined || first.shape[2] !== 3) {
    const what = first === undefined ? "none" : [first, ...(odd ? [odd] : [])].map(formatType).join(" and ");
    throw new ImagoError(`writeVideo: expected frames of one shape [height, width, 3], received ${what}.`);
  }
  checkFfmpeg();
  const [height, width] = [first.sizeAt(0), first.sizeAt(1)];
  // The name keeps its extension: ffmpeg chooses the container by it.
  const temporary = temporaryBeside(path, extname(path));
  await sweepTemporaries(path);
  const input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`];
  const output = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2"];
  const args = [
    "-v",
    "error",
    "-y",
    ...input,
    "-r",
    String(framesPerSecond),
    "-i",
    "-",
    ...output,
    temporary,
  ];
  try {
    await feed(args, frames);
    await rename(temporary, path).catch((error: unknown) => {
      throw fileError("write", path, error);
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Runs ffmpeg with the frames' samples on its input. */
async function feed(args: readonly string[], frames: readonly Tensor[]): Promise<void> {
  const child = spawn("ffmpeg", args, { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  // When it ends early, writing fails too; what it said is the better explanation.
  child.stdin.on("error", () => {});
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  for (const frame of frames) {
    if (child.exitCode !== null || child.stdin.destroyed) break;
    if (child.stdin.write(samplesOf(frame).samples)) continue;
    await Promise.race([new Promise((resolve) => child.stdin.once("drain", resolve)), ended]);
  }
  child.stdin.end();
  const code = await ended;
  if (code !== 0) throw new ImagoError(`ffmpeg failed (${said.trim() || `exit code ${code}`}).`);
}
