/** Whether `text` is a SHA-256 digest in hexadecimal digits, as they are written here. */
export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/**
 * The SHA-256 digests, in hexadecimal digits, that the headers of an answer state of a file. What cannot be read, and
 * digests by other algorithms, are none.
 *
 * Hugging Face names the file that a `resolve` address leads to in `X-Linked-ETag`, on its redirect already: 64 digits
 * where the file is in large storage, fewer where it is a Git object. An `ETag` by itself may be anything.
 *
 * @param isFile whether the answer's body is the file: of a redirect, the digests of RFC 9530 and RFC 3230 are those of
 *   its own few words
 */
export function statedDigests(
  headers: Readonly<Record<string, string | undefined>>,
  isFile: boolean,
): readonly string[] {
  const linked = /^"?([0-9a-f]{64})"?$/i.exec(headers["x-linked-etag"] ?? "")?.[1]?.toLowerCase();
  const found = linked === undefined ? [] : [linked];
  if (isFile) {
    for (const name of ["repr-digest", "content-digest"]) {
      found.push(...members(headers[name], /^sha-256=:([A-Za-z0-9+/]{43}=):(?:;.*)?$/));
    }
    found.push(...members(headers.digest, /^sha-256=([A-Za-z0-9+/]{43}=)$/i));
  }
  return [...new Set(found)];
}

function members(list: string | undefined, form: RegExp): string[] {
  return (list ?? "").split(",").flatMap((member) => {
    const base64 = form.exec(member.trim())?.[1];
    return base64 === undefined ? [] : [Buffer.from(base64, "base64").toString("hex")];
  });
}

/**
 * The size that the headers of an answer state of a file; `undefined` where they do not.
 *
 * @param isFile whether the answer's body is the file
 */
export function statedSize(
  headers: Readonly<Record<string, string | undefined>>,
  isFile: boolean,
): number | undefined {
  const texts = [headers["x-linked-size"], isFile ? headers["content-length"] : undefined];
  const sizes = texts.filter((text) => text !== undefined && /^\d+$/.test(text)).map(Number);
  return sizes.find((size) => Number.isSafeInteger(size) && size > 0);
}
