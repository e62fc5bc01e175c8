import { abortSignal, callable, type FieldsOf, optional, readOptions } from "../../engine/options.js";
import { counted, firstOf } from "../../engine/words.js";
import { duplicateWarnings, findDuplicates } from "./duplicates.js";
import type { Part, PictureItem } from "./picturePart.js";
import type { UnreadablePicture } from "./report.js";
import type { Session } from "./session.js";
import type { PreparedPicture } from "./threads/jobs.js";
import { checkUnreadable } from "./unreadable.js";

export interface PrepareOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many of the pictures have been read. */
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined;
}

export interface PrepareProgress {
  readonly done: number;
  readonly total: number;
}

export const prepareFields = {
  signal: abortSignal,
  onProgress: optional(callable<(progress: PrepareProgress) => void>()),
} satisfies FieldsOf<PrepareOptions>;

export const readPrepareOptions = (options: PrepareOptions | undefined) =>
  readOptions("imageFolder: prepare", options, prepareFields);

/** What reading every picture has shown, by its place in the list. */
export type Prepared = ReadonlyMap<PictureItem, PreparedPicture>;

/** Pictures that one thread is given at a time. */
const portion = 16;

/**
 * Works on pictures in portions, several at a time, each portion begun in order.
 *
 * @param size pictures of a portion. Default: as many as a thread decodes in a moment
 */
export async function inPortions<T>(
  items: readonly T[],
  atATime: number,
  size: number | undefined,
  work: (portion: readonly T[], from: number) => Promise<void>,
): Promise<void> {
  const each = size ?? portion;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const from = next;
      next += each;
      await work(items.slice(from, from + each), from);
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
}

/**
 * Reads pictures whole and keeps nothing of them.
 *
 * @throws ImagoError where too many cannot be read; the signal's reason
 */
export async function readAll(
  session: Session,
  items: readonly PictureItem[],
  { signal, onProgress }: PrepareOptions,
): Promise<Prepared> {
  const { size, fit, background, maxPixels } = session.settings;
  const prepared = new Map<PictureItem, PreparedPicture>();
  const unreadable: UnreadablePicture[] = [];
  let done = 0;
  await inPortions(items, 2 * session.threads, undefined, async (some) => {
    const files = some.map(({ path, file }) => ({ path, file }));
    const job = { files, settings: { size, fit, background, maxPixels }, out: undefined };
    const what = `reading ${files[0]?.path} and those after it`;
    const found = await session.pool.run<PreparedPicture[]>("prepare", job, { what, signal });
    found.forEach((one, at) => {
      const item = some[at] as PictureItem;
      prepared.set(item, one);
      if (one.reason !== "") unreadable.push({ path: item.path, reason: one.reason });
    });
    checkUnreadable(unreadable, items.length, session.settings);
    done += some.length;
    onProgress?.({ done, total: items.length });
  });
  return prepared;
}

/** Takes pictures that cannot be read out of the parts, and writes all that was seen into the report. */
export function settle(
  session: Session,
  parts: readonly Part[],
  prepared: Prepared,
  said: readonly string[],
): void {
  const unreadable: UnreadablePicture[] = [];
  const read = parts.flatMap(({ name: part, items }) =>
    items.flatMap((item) => {
      const { path, label } = item;
      const { digest, reason } = prepared.get(item) as PreparedPicture;
      if (reason === "") return [{ path, label, part, digest }];
      unreadable.push({ path, reason });
      return [];
    }),
  );
  const duplicates = findDuplicates(read);
  const left = new Set(unreadable.map(({ path }) => path));
  for (const part of parts) {
    const kept = part.items.filter(({ path }) => !left.has(path));
    part.keep(kept.map((item) => ({ ...item, digest: prepared.get(item)?.digest ?? "" })));
  }
  const warnings =
    unreadable.length === 0
      ? []
      : [
          `${counted(unreadable.length, "picture")} cannot be read and ${unreadable.length === 1 ? "was" : "were"} left out ` +
            `(${firstOf(
              unreadable.map(({ path }) => path),
              3,
            )}).`,
        ];
  session.report.setPrepared(unreadable, duplicates, [
    ...said,
    ...warnings,
    ...duplicateWarnings(duplicates),
  ]);
}
