import { Symbols } from "../../../../../labs/sequence/items/symbols.js";
import { readItems } from "../../../../../labs/sequence/items/tokenItems.js";
import { TokenTask } from "../../../../../labs/sequence/items/tokenTask.js";
import { type TokenTaskConfig, tokenTaskConfig } from "../../../../../labs/sequence/items/tokenTaskConfig.js";
import type { TokenKindName } from "../../../../../labs/sequence/kinds/tokenKind.js";
import { tokenKindOf } from "../../../../../labs/sequence/kinds/tokenKinds.js";
import { grouped } from "../../../shell/output.js";
import { corpusIn } from "../../corpusIn.js";
import { optionsFor } from "../itemFlags.js";
import { formatSkipped } from "../itemReport.js";
import type { Lesson, LessonOptions } from "./lesson.js";

/**
 * Reads a file of tunes, molecules or dialogues.
 *
 * @throws ImagoError where nothing of them can be learnt
 */
export async function tokenLesson(
  kind: TokenKindName,
  file: string,
  { options, flags, saved }: LessonOptions<TokenTaskConfig>,
): Promise<Lesson> {
  const corpus = await corpusIn(file);
  // Who speaks is known once the dialogues are read.
  const reader = tokenKindOf(kind, { speakers: saved?.speakers ?? [] });
  const read = readItems(corpus.text, reader, {
    mostTokens: flags.mostTokens,
    known: saved && new Symbols(saved.tokens),
  });
  const task = new TokenTask(read.items, saved ?? tokenTaskConfig(read.items, kind, optionsFor(options)));
  const { cell, units, layers } = task.config.network;
  return {
    corpus,
    task,
    saved: task.config,
    counts: { learnt: task.learntItems.length, heldOut: task.heldOutItems.length },
    about: {
      network: `${layers === 1 ? "" : `${layers} × `}${cell.toUpperCase()} ${units}`,
      items: `${grouped(task.symbols.tokens.length)} different ${task.kind.token[1]}`,
    },
    keys: task.learntItems,
    defaults: reader.defaults,
    leftOut: (width) => formatSkipped(read.skipped, read.items.length, task.noun, width),
  };
}
