import { DigestList, writeDigestList } from "../../../engine/formats/digestList.js";
import type { LabelledPictures } from "../pictureData.js";

/** The file beside a classifier that says which pictures it has learnt from. */
export const learntPicturesName = "learnt.txt";

/**
 * Digests of the pictures that a classifier learns from; nothing where their bytes were not read.
 *
 * @param train what is learnt
 */
export function learntPicturesFile({ items }: LabelledPictures): Uint8Array | undefined {
  const digests = items.flatMap(({ digest }) => (digest === undefined ? [] : [digest]));
  return digests.length < items.length ? undefined : writeDigestList(digests);
}

/** Pictures that a classifier has learnt from, by their contents. */
export class LearntPictures {
  readonly #list: DigestList;

  /** @throws ImagoError where it is no file of {@link learntPicturesFile} */
  constructor(where: string, bytes: Uint8Array) {
    this.#list = new DigestList(where, bytes);
  }

  get size(): number {
    return this.#list.size;
  }

  /** Whether it has learnt from a picture with these contents. */
  has({ digest }: { readonly digest?: string | undefined }): boolean {
    return digest !== undefined && this.#list.has(digest);
  }
}
