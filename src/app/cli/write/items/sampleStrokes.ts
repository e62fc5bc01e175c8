import { extname, join } from "node:path";
import sharp from "sharp";
import { ImagoError } from "../../../../engine/errors.js";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import { makeFolder } from "../../../../engine/files/makeFolder.js";
import { readTextChecked } from "../../../../engine/files/readFileChecked.js";
import { defaultRuntime } from "../../../../engine/runtime/default.js";
import type { SavedSequence } from "../../../../labs/sequence/files/sequenceFolder.js";
import { judgeStrokes } from "../../../../labs/sequence/handwriting/judgeStrokes.js";
import type { WrittenStrokes } from "../../../../labs/sequence/handwriting/strokesOptions.js";
import { StrokeWriter } from "../../../../labs/sequence/handwriting/strokeWriter.js";
import type { Drawing } from "../../../../labs/sequence/strokes/drawing.js";
import { readDrawings, writeDrawings } from "../../../../labs/sequence/strokes/readDrawings.js";
import { readSvgStrokes } from "../../../../labs/sequence/strokes/readSvgStrokes.js";
import { offsetsToStrokes } from "../../../../labs/sequence/strokes/strokeOffsets.js";
import { strokesSvg } from "../../../../labs/sequence/strokes/strokesSvg.js";
import type { StrokesConfig } from "../../../../labs/sequence/training/taskConfig.js";
import { lineWidth } from "../../shell/output.js";
import { UsageError } from "../../shell/run.js";
import { formatJudgement } from "./itemReport.js";
import { itemOf } from "./lessons/strokeLesson.js";
import { refuseGiven } from "./refuseGiven.js";
import type { SampleItems } from "./sampleItems.js";

/** Makes drawings, or writes by hand: as JSON lines to standard output, or with an SVG into a folder. */
export async function sampleStrokes(
  call: SampleItems,
  saved: SavedSequence,
  { strokes: task }: StrokesConfig,
): Promise<void> {
  checkCall(call);
  const { items: count, longest, out, output, say, text, label, bias, sampling } = call;
  if (task.letters.length > 0 && text === undefined) {
    const letters = task.letters
      .filter((letter) => /\p{L}/u.test(letter))
      .slice(0, 5)
      .join("");
    throw new UsageError(
      `--text: this hand writes given words: give --text ${letters === "" ? "WORDS" : letters}.`,
    );
  }
  const writer = StrokeWriter.open(task, saved.network, await defaultRuntime());
  const { random, signal } = sampling;
  const prime = await primeOf(call, task.letters.length > 0);
  const written: WrittenStrokes[] = [];
  for await (const item of writer.items({ count, longest, bias, text, label, prime, random, signal }))
    written.push(item);
  const drawings = written.map(drawingOf);
  if (out === undefined) output.write(writeDrawings(drawings, { decimals: 1 }));
  say(formatJudgement(judgeStrokes(written), ["drawing", "drawings"], lineWidth(output)));
  if (out === undefined) return;
  await makeFolder(out);
  const svg = strokesSvg(drawings);
  await atomicWrite(join(out, "items.ndjson"), writeDrawings(drawings, { decimals: 1 }));
  await atomicWrite(join(out, "items.svg"), svg);
  const isDrawn = call.formats.includes("png");
  if (isDrawn)
    await atomicWrite(join(out, "items.png"), new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer()));
  say(`Saved to ${out}: items.ndjson, items.svg${isDrawn ? ", items.png" : ""}.\n`);
}

function drawingOf({ offsets, text, label }: WrittenStrokes): Drawing {
  return { strokes: offsetsToStrokes(offsets), word: text ?? label ?? "", facts: {} };
}

/** The drawing that is gone on with, or in whose manner is written: the first of its file. */
async function primeOf({ goOnFrom, like, say }: SampleItems, writesWords: boolean) {
  const file = goOnFrom ?? like;
  if (file === undefined) return undefined;
  if (writesWords && goOnFrom !== undefined)
    throw new UsageError("--continue: given words are written anew; in the manner of a hand by --like.");
  if (!writesWords && like !== undefined)
    throw new UsageError(
      "--like: a manner is taken over where words are given (train with --texts); finish a drawing by --continue.",
    );
  const text = await readTextChecked(file, { maxBytes: 2 ** 24 });
  if (extname(file).toLowerCase() === ".svg") return itemOf(readSvgStrokes(text).drawing);
  const { drawings, skipped } = readDrawings(text);
  const [first] = drawings;
  if (first !== undefined) {
    if (drawings.length > 1 || skipped.length > 0)
      say(
        `${file} holds ${drawings.length + skipped.length} drawings; the first that can be read is taken.\n`,
      );
    return itemOf(first);
  }
  const why = skipped[0] === undefined ? "it is empty" : `line ${skipped[0].line} ${skipped[0].reason}`;
  throw new ImagoError(`${file} holds no drawing: ${why}.`);
}

/** @throws UsageError on what drawings have not */
function checkCall(call: SampleItems): void {
  refuseGiven(
    call,
    ["--svg", "--png", "--continue", "--like", "--label", "--longest"],
    (flag) =>
      `strokes have no such thing.${/greedy|top/.test(flag) ? " How neat they are is said by --bias." : ""}`,
  );
  if (call.goOnFrom !== undefined && call.like !== undefined)
    throw new UsageError("--continue and --like both name a drawing to begin from; give one.");
}
