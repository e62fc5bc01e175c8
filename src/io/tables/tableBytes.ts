import { readSnapshot } from "../../engine/files/readFileChecked.js";

/** A table that was read already, as from standard input. */
export interface NamedBytes {
  /** What messages call it: `standard input`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The bytes of a table, all at once, so that every pass reads the same. */
export interface TableBytes {
  readonly name: string;
  readonly bytes: Buffer;
  /** Whether the last line may have been cut, and is no line unless its end is there. */
  readonly isCut: boolean;
  readonly notices: readonly string[];
}

const buffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const count = (bytes: number): string => bytes.toLocaleString("en-GB");

/**
 * The bytes of a table as they are when it is opened.
 *
 * @throws ImagoError naming the file where it is missing, a folder, or larger than 2 GiB; the signal's reason
 */
export async function tableBytes(
  source: string | NamedBytes,
  signal: AbortSignal | undefined,
): Promise<TableBytes> {
  if (typeof source !== "string") {
    return { name: source.name, bytes: buffer(source.bytes), isCut: false, notices: [] };
  }
  const { bytes, change } = await readSnapshot(source, { signal });
  const read = `The file ${change} while it was read: it is taken as its first ${count(bytes.length)} bytes say`;
  const notices = {
    grew: [`${read}, without a line that was not whole.`],
    "became shorter": [`${read}, without a line that was not whole.`],
    "was written to": [`The file was written to while it was read, and may be of two minds; read it again.`],
  };
  return {
    name: source,
    bytes: buffer(bytes),
    isCut: change === "grew" || change === "became shorter",
    notices: change === undefined ? [] : notices[change],
  };
}
