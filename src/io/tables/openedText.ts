import type { TextEncoding } from "./encoding/textPieces.js";
import type { RowBatch } from "./tableSource.js";

/** The text of a table, of which it is known how it becomes text. */
export interface OpenedText {
  /** What errors call it. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly encoding: TextEncoding;
  /** Whether a last line that does not end was cut, and is no line. */
  readonly isCut: boolean;
}

/** What a format makes of a text. */
export interface TableBody {
  readonly separator: string | undefined;
  readonly columns: readonly string[];
  readonly notices: readonly string[];
  /** A pass over the rows. */
  readonly rows: (signal: AbortSignal | undefined) => AsyncGenerator<RowBatch>;
  /** What was amiss in the last whole pass. */
  readonly problems: () => readonly string[];
}
