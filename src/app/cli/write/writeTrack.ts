import { basename } from "node:path";
import type { Run } from "../../../io/runs/run.js";
import { type Tracker, track } from "../../../io/runs/track.js";
import type { CorpusIdentity } from "../../../labs/sequence/text/files/readCorpus.js";
import type { EpochReport, TextTrainer } from "../../../labs/sequence/text/trainer.js";
import type { TokenKind } from "../../../labs/sequence/text/vocabulary.js";

/** What of a call says whether and where it is recorded. */
export interface TrackedCall {
  /** A folder of runs, or that the usual one is meant. */
  readonly track: string | true | undefined;
  /** Where the model goes. */
  readonly folder: string;
}

/** The callback that records the training of a text, if that is asked for. */
export function trackerOf(
  { track: dir, folder }: TrackedCall,
  { config }: TextTrainer,
  { name, sha256 }: CorpusIdentity,
): Tracker | undefined {
  if (dir === undefined) return undefined;
  const { network, vocabulary, seed, ...figures } = config;
  const { kind, lowerCase } = vocabulary;
  return track({
    dir: dir === true ? undefined : dir,
    name: basename(folder),
    options: { text: name, kind, lowerCase, ...network, ...figures },
    seed,
    data: `sha256:${sha256}`,
    model: folder,
  });
}

/** Adds to a run what is measured and written after an epoch. */
export function recordEpoch(run: Run, { heldOut, samples, epoch }: EpochReport, kind: TokenKind): void {
  const step = run.step;
  if (heldOut !== undefined) {
    const bits = kind === "characters" ? "val_bitsPerCharacter" : "val_bitsPerWord";
    run.log({ val_loss: heldOut.loss, [bits]: heldOut.bitsPerToken }, step, epoch + 1);
  }
  for (const { temperature, prompt, text } of samples) {
    run.text(`temperature ${temperature}`, `${prompt}${text}`, step);
  }
}
