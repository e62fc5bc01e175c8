import { hash } from "node:crypto";

const digits = 12;

/**
 * Where a path (or a group) stands between 0 and 1: the first 48 bits of the SHA-256 of its UTF-8 in Unicode's composed form. It is the
 * same on every system and for all time, so that a picture stays in its part whatever is added beside it.
 */
export function hashOf(path: string): number {
  return Number.parseInt(hash("sha256", path.normalize("NFC")).slice(0, digits), 16) / 16 ** digits;
}
