import { sep } from "node:path";
import { type Contents, contentsOf, inside, type Place } from "./place.js";

/** A picture below a place. */
export interface Found {
  /** Below the root, with `/` between names. */
  readonly path: string;
  readonly file: string;
  /** The folders between the place and the picture, with `/` after each; empty where it stands directly there. */
  readonly between: string;
}

/** What a walk brings home. */
export interface Walk {
  readonly pictures: Found[];
  /** Pictures of kinds that are not read, by their paths below the root. */
  readonly foreign: string[];
  readonly signal: AbortSignal | undefined;
}

export const newWalk = (signal: AbortSignal | undefined): Walk => ({ pictures: [], foreign: [], signal });

/** Links may go round in ways that no path shows. */
const deepest = 100;

/**
 * Collects all pictures in a place and in the folders below it, in an order that is the same on every system.
 *
 * @param contents the place's own, where they have been read
 * @throws ImagoError where a folder cannot be read; the signal's reason
 */
export async function walkPictures(
  walk: Walk,
  place: Place,
  contents?: Contents,
  between = "",
): Promise<void> {
  walk.signal?.throwIfAborted();
  const { folders, pictures, foreign } = contents ?? (await contentsOf(place));
  const prefix = place.path === "" ? "" : `${place.path}/`;
  const directory = place.directory.endsWith(sep) ? place.directory : place.directory + sep;
  for (const name of foreign) walk.foreign.push(prefix + name);
  for (const name of pictures) walk.pictures.push({ path: prefix + name, file: directory + name, between });
  if (between.split("/").length > deepest) return;
  for (const name of folders) await walkPictures(walk, inside(place, name), undefined, `${between}${name}/`);
}
