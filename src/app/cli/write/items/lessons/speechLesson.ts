import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ImagoError, messageOf } from "../../../../../engine/errors.js";
import { readFileChecked, readTextChecked } from "../../../../../engine/files/readFileChecked.js";
import { readCsv } from "../../../../../io/data/labels/table.js";
import { resample } from "../../../../../labs/sequence/audio/resample.js";
import { readWav } from "../../../../../labs/sequence/audio/wav.js";
import type { SkippedItem } from "../../../../../labs/sequence/kinds/tokenKind.js";
import { speechRate } from "../../../../../labs/sequence/speech/speechFrames.js";
import { type SpeechItem, speechName } from "../../../../../labs/sequence/speech/speechItem.js";
import { SpeechTask } from "../../../../../labs/sequence/speech/speechTask.js";
import {
  type SpeechTaskConfig,
  speechTaskConfig,
} from "../../../../../labs/sequence/speech/speechTaskConfig.js";
import { grouped } from "../../../shell/output.js";
import { formatSkipped } from "../itemReport.js";
import type { Lesson, LessonOptions } from "./lesson.js";

/** A recording that is to be read, and where its name stands. */
interface Entry {
  readonly path: string;
  readonly text: string;
  readonly voice: string;
  readonly line: number;
}

interface Found {
  readonly entries: readonly Entry[];
  readonly skipped: SkippedItem[];
}

/** Seconds of a recording that is learnt at most: a word takes less. */
const longestSeconds = 20;

/**
 * Reads a folder of `TEXT_VOICE_NN.wav`, or a CSV of file, text and voice.
 *
 * @throws ImagoError where nothing of it can be learnt
 */
export async function speechLesson(
  place: string,
  { options, saved }: LessonOptions<SpeechTaskConfig>,
): Promise<Lesson> {
  const isFolder = await stat(place).then(
    (info) => info.isDirectory(),
    () => false,
  );
  const found = isFolder ? await inFolder(place) : await inTable(place);
  const hash = createHash("sha256");
  const items: SpeechItem[] = [];
  let [bytes, resampled, several] = [0, 0, 0];
  for (const { path, text, voice, line } of found.entries) {
    try {
      const file = await readFileChecked(path);
      const { samples, sampleRate, channels } = readWav(file, basename(path));
      if (samples.length > longestSeconds * sampleRate)
        throw new ImagoError(`longer than ${longestSeconds} seconds`);
      hash.update(`${basename(path)} ${text} ${voice}\n`).update(file);
      bytes += file.length;
      if (sampleRate !== speechRate) resampled++;
      if (channels > 1) several++;
      items.push({
        text,
        voice,
        samples: sampleRate === speechRate ? samples : resample(samples, sampleRate, speechRate),
      });
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      found.skipped.push({
        line,
        file: basename(path),
        reason: messageOf(error).replace(/^readWav: \S+ /, ""),
      });
    }
  }
  if (items.length < 2) throw nothingIn(place, found.skipped);
  const { units = 256, layers = 1, heldOut = 0.05, seed = 0 } = options;
  const config = saved ?? speechTaskConfig(items, { network: { units, layers }, heldOut, seed });
  const task = new SpeechTask(items, config);
  const rates =
    resampled === 0
      ? ""
      : `; ${grouped(resampled)} of another rate, brought to ${grouped(speechRate)} samples a second`;
  const mixed = several === 0 ? "" : `; ${grouped(several)} of several channels, mixed to one`;
  return {
    corpus: { name: basename(resolve(place)), bytes, sha256: hash.digest("hex") },
    task,
    saved: task.config,
    counts: { learnt: task.lengths.length, heldOut: task.heldOutCount },
    about: {
      network: `${layers === 1 ? "" : `${layers} × `}GRU ${config.network.units} over frames of 40 log-mel bands`,
      items: `${counted(config.texts.length, "different text")}, ${counted(config.voices.length, "voice")}${rates}${mixed}`,
    },
    keys: [],
    defaults: { steps: 2500, batchSize: 32, learningRate: 0.002 },
    leftOut: (width) => formatSkipped(found.skipped, items.length, task.noun, width),
  };
}

const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

function nothingIn(place: string, skipped: readonly SkippedItem[]): ImagoError {
  const [first] = skipped;
  const why = first === undefined ? "" : ` Number ${first.line}: ${first.reason.replace(/\.$/, "")}.`;
  return new ImagoError(`${place} holds fewer than two recordings that can be learnt.${why}`, {
    help: "Give a folder of files such as 7_anna_01.wav (text, voice, number), or a CSV of file, text and voice.",
  });
}

async function inFolder(folder: string): Promise<Found> {
  const skipped: SkippedItem[] = [];
  const names = (await readdir(folder)).filter((name) => /\.wav$/i.test(name)).sort();
  const entries = names.flatMap((name, at) => {
    const said = speechName(name);
    if (said !== undefined) return [{ path: join(folder, name), ...said, line: at + 1 }];
    skipped.push({
      line: at + 1,
      file: name,
      reason: "its name does not say text, voice and number, as 7_anna_01.wav does",
    });
    return [];
  });
  return { entries, skipped };
}

/** Rows of file, text and voice; a first row of these names is passed over. */
async function inTable(path: string): Promise<Found> {
  const { rows } = await readCsv(path, await readTextChecked(path));
  const skipped: SkippedItem[] = [];
  const entries = rows.flatMap(({ cells, line }) => {
    const [file = "", text = "", voice = "voice"] = cells;
    if (file.toLowerCase() === "file") return [];
    if (file !== "" && text !== "") return [{ path: resolve(dirname(path), file), text, voice, line }];
    skipped.push({ line, reason: "a row without file and text" });
    return [];
  });
  return { entries, skipped };
}
