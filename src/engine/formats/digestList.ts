import { ImagoError } from "../errors.js";

/** Hexadecimal digits of a digest that are kept: by 64 bits no two of a million things meet by chance. */
const digits = 16;

const keyOf = (digest: string): string => digest.slice(0, digits);

/**
 * A file that says which things there were, by their digests: a line each, in order.
 *
 * @param digests at least 16 hexadecimal digits each
 */
export function writeDigestList(digests: Iterable<string>): Uint8Array {
  const keys = new Set<string>();
  for (const digest of digests) keys.add(keyOf(digest));
  return new TextEncoder().encode(
    [...keys]
      .sort()
      .map((key) => `${key}\n`)
      .join(""),
  );
}

/** Things that there were, by their digests. */
export class DigestList {
  readonly #keys: ReadonlySet<string>;

  /**
   * @param where what errors call the file
   * @throws ImagoError where it is no file of {@link writeDigestList}
   */
  constructor(where: string, bytes: Uint8Array) {
    const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
    if (!lines.every((line) => line.length === digits && /^[0-9a-f]+$/.test(line)))
      throw new ImagoError(`${where}: it is not as Imago wrote it.`);
    this.#keys = new Set(lines);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Whether there was a thing of this digest, as far as the list goes. */
  has(digest: string): boolean {
    return this.#keys.has(keyOf(digest));
  }
}
