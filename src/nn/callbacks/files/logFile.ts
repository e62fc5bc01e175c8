import { appendFile, open, stat, writeFile } from "node:fs/promises";
import { fileError } from "../../../engine/files/fileError.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { holdFile } from "../../../engine/files/lock/holdFolder.js";
import {
  accepting,
  type FieldsOf,
  largestExact,
  number,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import type { Callback } from "../../training/callback.js";
import { type CsvLoggerOptions, csvFields, csvLogger } from "../csvLogger.js";
import { type JsonLinesLoggerOptions, jsonLinesFields, jsonLinesLogger } from "../jsonLinesLogger.js";
import { readRemembered } from "../remembered.js";

const fileName = accepting(
  "the name of a file",
  (value): value is string => typeof value === "string" && value !== "",
);

/** A text file that a run writes line by line, and takes up where a checkpoint left it. */
class LogFile {
  readonly #path: string;
  /** Bytes that belong to this run. */
  #bytes = 0;
  #begun = false;
  #lock: Lock | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  readonly append = async (text: string): Promise<void> => {
    try {
      if (!this.#begun) await this.#begin();
      this.#begun = true;
      await appendFile(this.#path, text);
    } catch (error) {
      throw fileError("write", this.#path, error);
    }
    this.#bytes += new TextEncoder().encode(text).length;
  };

  /** Empties the file, or cuts off what came after the checkpoint. */
  async #begin(): Promise<void> {
    if (this.#bytes === 0) return writeFile(this.#path, "");
    const file = await open(this.#path, "a+");
    try {
      const { size } = await file.stat();
      if (size > this.#bytes) await file.truncate(this.#bytes);
      else this.#bytes = size;
    } finally {
      await file.close();
    }
  }

  /** @throws ImagoError when another training writes the file */
  async hold(): Promise<void> {
    // A pipe or a terminal takes lines from many.
    const special = await stat(this.#path).then(
      (found) => !found.isFile(),
      () => false,
    );
    if (!special) this.#lock = await holdFile(this.#path);
  }

  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  reset(bytes: number): void {
    this.#bytes = bytes;
    this.#begun = false;
  }

  get bytes(): number {
    return this.#bytes;
  }
}

interface State {
  readonly bytes: number;
  readonly inner: unknown;
}

const stateFields = {
  bytes: number({ min: 0, max: largestExact, integer: true }),
  inner: unchecked<unknown>("what the logger remembers"),
} satisfies FieldsOf<State>;

/** A logger whose lines go to a file, of which its state remembers the length. */
function toFile(path: string, make: (append: LogFile["append"]) => Callback): Callback {
  const file = new LogFile(path);
  const inner = make(file.append);
  return {
    ...inner,
    async onTrainBegin(context) {
      await file.hold();
      file.reset(0);
      await inner.onTrainBegin?.(context);
    },
    async onTrainEnd(context) {
      try {
        await inner.onTrainEnd?.(context);
      } finally {
        file.release();
      }
    },
    state: (): State => ({ bytes: file.bytes, inner: inner.state?.() ?? null }),
    restore(state, context) {
      const saved = readRemembered(inner.name, state, stateFields);
      file.reset(saved.bytes);
      inner.restore?.(saved.inner, context);
    },
  };
}

/**
 * {@link csvLogger} into a file, which is begun anew; in a run that is resumed, lines after the checkpoint are
 * taken off and it goes on.
 *
 * @throws ImagoError at once, when the path is no text; before training, when another one writes the file; at the end of an epoch, when it cannot be written
 */
export function csvFileLogger(path: string, options: Omit<CsvLoggerOptions, "append"> = {}): Callback {
  fileName.read("csvFileLogger", "path", path);
  const read = readOptions("csvFileLogger", options, csvFields);
  return toFile(path, (append) => csvLogger({ ...read, append }));
}

/**
 * {@link jsonLinesLogger} into a file, which is begun anew; in a run that is resumed, lines after the checkpoint
 * are taken off and it goes on.
 *
 * @throws ImagoError at once, when the path is no text; before training, when another one writes the file; and when it cannot be written
 */
export function jsonLinesFileLogger(
  path: string,
  options: Omit<JsonLinesLoggerOptions, "append"> = {},
): Callback {
  fileName.read("jsonLinesFileLogger", "path", path);
  const read = readOptions("jsonLinesFileLogger", options, jsonLinesFields);
  return toFile(path, (append) => jsonLinesLogger({ ...read, append }));
}
