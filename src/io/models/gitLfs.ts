/** What Git keeps in place of a large file. */
export interface LfsPointer {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** No pointer is larger, by its specification. */
export const mostPointerBytes = 1024;

/**
 * Reads a Git LFS pointer (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
 *
 * @returns `undefined` where the text is none
 */
export function readLfsPointer(text: string): LfsPointer | undefined {
  if (!text.startsWith("version https://git-lfs.github.com/spec/v1\n")) return undefined;
  const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const bytes = Number(/^size (\d+)$/m.exec(text)?.[1]);
  return sha256 !== undefined && Number.isSafeInteger(bytes) ? { bytes, sha256 } : undefined;
}

/**
 * Where GitHub gives the pointer of a file that it serves from large storage, to which its `raw` addresses lead;
 * `undefined` for addresses elsewhere. GitHub states no digest with the file itself.
 */
export function lfsPointerAddress({ origin, pathname }: URL): string | undefined {
  if (origin !== "https://media.githubusercontent.com" || !pathname.startsWith("/media/")) return undefined;
  return `https://raw.githubusercontent.com/${pathname.slice("/media/".length)}`;
}

/** Where GitHub gives the file of a pointer; `undefined` for addresses elsewhere. */
export function lfsFileAddress({ origin, pathname }: URL): string | undefined {
  if (origin !== "https://raw.githubusercontent.com") return undefined;
  return `https://media.githubusercontent.com/media${pathname}`;
}
