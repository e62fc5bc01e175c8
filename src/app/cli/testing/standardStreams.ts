import { Readable } from "node:stream";
import { vi } from "vitest";

/** What went to standard output as it is, beside what commands say. */
export interface Standard<T> {
  readonly result: T;
  readonly written: Buffer;
}

/**
 * Does something with other standard streams.
 *
 * @param input what standard input gives. Default: nothing.
 * @param isTerminal whether standard output says that it is one. Default: false.
 */
export async function withStandard<T>(
  work: () => Promise<T>,
  { input = new Uint8Array(), isTerminal = false }: { input?: Uint8Array; isTerminal?: boolean } = {},
): Promise<Standard<T>> {
  const written: Uint8Array[] = [];
  const { isTTY } = process.stdout;
  // In two pieces, as a pipe gives it.
  const pieces = [input.subarray(0, 7), input.subarray(7)].filter((piece) => piece.length > 0);
  const stdin = vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from(pieces) as never);
  const write = vi.spyOn(process.stdout, "write").mockImplementation(((
    chunk: Uint8Array | string,
    done?: () => void,
  ) => {
    written.push(Buffer.from(chunk as Uint8Array));
    done?.();
    return true;
  }) as never);
  process.stdout.isTTY = isTerminal;
  try {
    return { result: await work(), written: Buffer.concat(written) };
  } finally {
    process.stdout.isTTY = isTTY;
    write.mockRestore();
    stdin.mockRestore();
  }
}
