import { ImagoError } from "../../../engine/errors.js";
import type { LabelledPictures } from "../pictureData.js";

/** The file beside a classifier that says which pictures it has learnt from. */
export const learntPicturesName = "learnt.txt";

/** Hexadecimal digits of a picture's digest that are kept: by 64 bits no two of a million pictures meet by chance. */
const digits = 16;

const keyOf = (digest: string): string => digest.slice(0, digits);

/**
 * Digests of the pictures that a classifier learns from, a line each, in order; nothing where their bytes were not read.
 *
 * @param train what is learnt
 */
export function learntPicturesFile({ items }: LabelledPictures): Uint8Array | undefined {
  const keys = items.flatMap(({ digest }) => (digest === undefined ? [] : [keyOf(digest)]));
  if (keys.length < items.length) return undefined;
  return new TextEncoder().encode(`${[...new Set(keys)].sort().join("\n")}\n`);
}

/** Pictures that a classifier has learnt from, by their contents. */
export class LearntPictures {
  readonly #keys: ReadonlySet<string>;

  /** @throws ImagoError where it is no file of {@link learntPicturesFile} */
  constructor(where: string, bytes: Uint8Array) {
    const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
    if (!lines.every((line) => line.length === digits && /^[0-9a-f]+$/.test(line)))
      throw new ImagoError(`${where}: it is not as Imago wrote it.`);
    this.#keys = new Set(lines);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Whether it has learnt from a picture with these contents. */
  has({ digest }: { readonly digest?: string | undefined }): boolean {
    return digest !== undefined && this.#keys.has(keyOf(digest));
  }
}
