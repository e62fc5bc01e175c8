import { readdir, stat } from "node:fs/promises";
import { extname } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { oneOf } from "../../../../engine/options.js";
import { kindByName } from "../../../../labs/sequence/files/loadSequences.js";
import type { TokenKindName } from "../../../../labs/sequence/kinds/tokenKind.js";
import { tokenKindNames } from "../../../../labs/sequence/kinds/tokenKinds.js";

/** What a file holds: text, or items of a kind. */
export type ItemKind = "text" | TokenKindName | "strokes" | "speech" | "pictures";

export const itemKinds: readonly ItemKind[] = ["text", ...tokenKindNames, "strokes", "speech", "pictures"];

/** How `--as` is read. */
export const kindField = oneOf(itemKinds, undefined, { help: "what the file holds:", unit: "kind" });

/** A kind, and how it is known. */
export interface ChosenKind {
  readonly kind: ItemKind;
  /** What is said of it; nothing where it was named, or is text. */
  readonly because: string | undefined;
}

/** What a file holds: as somebody says, or by its name. */
export async function kindOf(file: string, given: ItemKind | undefined): Promise<ChosenKind> {
  if (given !== undefined) return { kind: given, because: undefined };
  const extension = extname(file).toLowerCase();
  const kind = extension === ".ndjson" ? "strokes" : kindByName(file);
  if (kind !== undefined) return { kind, because: `by its name, ${extension}; --as names another` };
  if (/(^|[.-])idx3-ubyte$/.test(file))
    return { kind: "pictures", because: "by its name, idx3-ubyte; --as names another" };
  const info = await stat(file).catch(() => undefined);
  if (info?.isDirectory() === true) return kindOfFolder(file);
  return { kind: "text", because: undefined };
}

/** What a folder holds, by the names of its files. */
async function kindOfFolder(folder: string): Promise<ChosenKind> {
  const names = await readdir(folder);
  const found = [
    { kind: "pictures", what: "pictures", pattern: /\.(png|jpe?g|webp|gif|tiff?)$/i },
    { kind: "speech", what: "WAV files", pattern: /\.wav$/i },
  ] as const;
  for (const { kind, what, pattern } of found) {
    const count = names.filter((name) => pattern.test(name)).length;
    if (count > 0) return { kind, because: `by what is in the folder, ${count} ${what}; --as names another` };
  }
  throw new ImagoError(`Cannot read ${folder}: it is a folder without pictures or WAV files.`, {
    help: "Name a file of text, or a folder of these.",
  });
}
