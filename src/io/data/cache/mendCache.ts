import { ImagoError, messageOf } from "../../../engine/errors.js";
import type { PictureItem } from "../picturePart.js";
import type { CachePlace, OpenCache, Session } from "../session.js";
import type { PreparedPicture } from "../threads/jobs.js";
import { holdCache } from "./cacheFolder.js";

/**
 * Decodes pictures anew whose places in the cache are damaged, and writes them there again where they are what they were. What cannot be
 * written stays as it is, and the report says so: the pictures' own files are still there to be read.
 *
 * @throws the signal's reason; ImagoError where the folder was closed
 */
export async function mendCache(
  session: Session,
  { file, find }: OpenCache,
  items: readonly PictureItem[],
): Promise<void> {
  const { size, fit, background, maxPixels, signal, cache = "" } = session.settings;
  const found = items.map(({ path }) => find(path) as CachePlace);
  const out = {
    ...{ file, name: `the cache ${cache}` },
    places: Float64Array.from(found, ({ place }) => place),
    sums: Uint32Array.from(found, ({ sum }) => sum),
  };
  const files = items.map(({ path, file: own }) => ({ path, file: own }));
  let why = "";
  try {
    const lock = await holdCache(cache);
    try {
      const job = { files, settings: { size, fit, background, maxPixels }, out };
      const what = `mending the cache ${cache}`;
      const prepared = await session.pool.run<PreparedPicture[]>("prepare", job, { what, signal });
      if (prepared.some(({ sum }, at) => sum !== out.sums[at])) why = "a picture is not what it was";
    } finally {
      lock.release();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ImagoError)) throw error;
    why = messageOf(error);
  }
  session.report.addDamaged(
    file,
    items.map(({ path }) => path),
    why,
  );
}
