import type { TaskConfig } from "../../../../../labs/sequence/training/taskConfig.js";
import { UsageError } from "../../../shell/run.js";
import type { ItemKind } from "../itemKind.js";
import type { Lesson, LessonOptions } from "./lesson.js";
import { pictureLesson } from "./pictureLesson.js";
import { speechLesson } from "./speechLesson.js";
import { strokeLesson } from "./strokeLesson.js";
import { tokenLesson } from "./tokenLesson.js";

/** A kind of items: all that is no text. */
export type LearntKind = Exclude<ItemKind, "text">;

/**
 * Reads what a file holds.
 *
 * @throws ImagoError where nothing of it can be learnt; UsageError where what was saved is of another kind
 */
export function lessonOf(kind: LearntKind, file: string, call: LessonOptions): Promise<Lesson> {
  const { saved } = call;
  if (saved !== undefined && saved.kind !== kind) {
    throw new UsageError(`--as: the folder has learnt ${saved.kind}, and would go on with ${kind}.`);
  }
  if (kind === "pictures") return pictureLesson(file, { ...call, saved: ofKind(saved, "pictures") });
  if (kind === "speech") return speechLesson(file, { ...call, saved: ofKind(saved, "speech") });
  if (kind === "strokes") return strokeLesson(file, { ...call, saved: ofKind(saved, "strokes") });
  return tokenLesson(kind, file, { ...call, saved: ofKind(saved, kind) });
}

function ofKind<K extends TaskConfig["kind"]>(
  saved: TaskConfig | undefined,
  kind: K,
): Extract<TaskConfig, { readonly kind: K }> | undefined {
  return saved?.kind === kind ? (saved as Extract<TaskConfig, { readonly kind: K }>) : undefined;
}
