import { loadSequence } from "../../../../labs/sequence/files/sequenceFolder.js";
import type { ItemFormat } from "../../../../labs/sequence/kinds/tokenKind.js";
import type { GenerateOptions } from "../../../../labs/sequence/text/generate.js";
import type { Output } from "../../shell/output.js";
import { UsageError } from "../../shell/run.js";
import { checkOut } from "./checkOut.js";
import { samplePictures } from "./samplePictures.js";
import { sampleSpeech } from "./sampleSpeech.js";
import { sampleStrokes } from "./sampleStrokes.js";
import { openTokens, sampleTokens } from "./sampleTokens.js";

/** What `write sample` says of items. */
export interface SampleItems {
  readonly folder: string;
  readonly items: number;
  readonly longest: number | undefined;
  readonly strict: boolean;
  readonly formats: readonly (ItemFormat | "png")[];
  readonly out: string | undefined;
  readonly prompt: string;
  readonly goOnFrom: string | undefined;
  readonly like: string | undefined;
  readonly label: string | undefined;
  /** What is said or written by hand, where the kind has that. */
  readonly text: string | undefined;
  /** How neat strokes are; nothing where nobody says it. */
  readonly bias: number | undefined;
  readonly sampling: Omit<GenerateOptions, "count">;
  readonly output: Output;
  /** What is said beside the items. */
  readonly say: (text: string) => void;
}

/**
 * Writes items, to standard output or into a folder.
 *
 * @throws UsageError where the call says what the kind of items has not; ImagoError where nothing can be loaded or written
 */
export async function sampleItems(call: SampleItems): Promise<void> {
  const { folder, out, formats, say } = call;
  if (out === undefined && formats.length > 0) {
    throw new UsageError(`--${formats[0]} makes files; name a folder for them by --out.`);
  }
  await checkOut(out);
  const saved = await loadSequence(folder);
  if (saved.notice !== undefined) say(`imago: ${saved.notice}\n`);
  if (!saved.record.done) say("imago: The training is not finished; this is what it has learnt so far.\n");
  const tokens = await openTokens(saved);
  if (call.bias !== undefined && saved.record.task.kind !== "strokes") {
    throw new UsageError(`--bias is for strokes, and ${folder} has learnt ${saved.record.task.kind}.`);
  }
  if (tokens !== undefined) {
    if (call.text !== undefined)
      throw new UsageError(`--text: what ${tokens.kind.noun[1]} begin with is said by --prompt.`);
    return sampleTokens(call, tokens);
  }
  const { task } = saved.record;
  if (task.kind === "speech") return sampleSpeech(call, saved, task);
  if (task.kind === "strokes") return sampleStrokes(call, saved, task);
  if (call.text !== undefined)
    throw new UsageError(`--text: ${folder} has learnt ${task.kind}, which say nothing.`);
  if (task.kind === "pictures") return samplePictures(call, saved, task);
}
