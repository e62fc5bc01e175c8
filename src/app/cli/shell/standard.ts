import { ImagoError } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";

/** Whether a path stands for standard input or output: `-`, as in other programs, or the system's own name. */
export const isStandard = (path: string): boolean =>
  path === "-" || path === "/dev/stdin" || path === "/dev/stdout";

/** Bytes of the largest input that is taken; as much as is read of a file. */
const largest = 2 ** 31;

/**
 * Reads standard input to its end.
 *
 * @param maxBytes more are refused before they fill the memory. Default: 2 GiB.
 * @throws ImagoError when it is a terminal, or there is more than `maxBytes`
 */
export async function readStandardInput(maxBytes: number = largest): Promise<Uint8Array<ArrayBuffer>> {
  const { stdin } = process;
  if (stdin.isTTY === true) {
    throw new ImagoError("Cannot read standard input: it is a terminal.", {
      help: "Send a file into it, as in `imago … - < FILE`, or name the file.",
    });
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stdin) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length > maxBytes) {
        throw new ImagoError(`Cannot read standard input: there are more than ${maxBytes} bytes.`);
      }
    }
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("read", "standard input", error);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Writes bytes to standard output. That it fails is said by what listens to it, as for every text. */
export function writeStandardOutput(bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(bytes, () => resolve());
  });
}
