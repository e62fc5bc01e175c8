import { createHash } from "node:crypto";
import { ImagoError, shown } from "../../engine/errors.js";
import { isRecord, parseJsonObject } from "../../engine/files/parseJson.js";
import type { SavedArchitecture } from "../models/serialize.js";

/** The file that describes a saved model and names its other files. */
export const manifestName = "model.json";
const format = "imago model";
const version = 1;
/** Stands in the place of the manifest's own digest while that is computed. */
const blank = "0".repeat(64);

export interface FileDigest {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** What `model.json` holds. */
export interface Manifest {
  /** The other files of the saved model, by name. */
  readonly files: Readonly<Record<string, FileDigest>>;
  /** What tells the run of training; absent where there was none. */
  readonly run?: string | undefined;
  readonly model: SavedArchitecture;
}

/** The text of `model.json`. Its `sha256` is that of the same text with 64 zeros in the place of the digits. */
export function writeManifest({ files, run, model }: Manifest): string {
  // JSON leaves out what is undefined.
  const text = `${JSON.stringify({ format, version, sha256: blank, files, run, model }, null, 2)}\n`;
  return text.replace(blank, digest(text));
}

function digest(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Reads and verifies `model.json`.
 *
 * @param path what errors call it
 * @throws ImagoError when it is truncated, altered, of another format or of a newer version
 */
export function readManifest(bytes: Uint8Array, path: string): Manifest {
  const text = new TextDecoder().decode(bytes);
  const parsed = parseJsonObject(text, path);
  if (parsed.format !== format) {
    throw new ImagoError(`${path}: expected a saved model (format "${format}")`);
  }
  if (parsed.version !== version) {
    throw new ImagoError(
      `${path}: the model was saved in version ${shown(parsed.version)} of the format, this Imago reads version ${version}`,
    );
  }
  const { sha256 } = parsed;
  const own = typeof sha256 === "string" && sha256.length === blank.length ? sha256 : blank;
  // The bytes, and not the decoded text, which hides some changes.
  const found = digest(Buffer.from(Buffer.from(bytes).toString("latin1").replace(own, blank), "latin1"));
  if (found !== own) {
    throw new ImagoError(`${path} was altered: its SHA-256 is not the one it holds`);
  }
  checkForm(parsed, path);
  return {
    files: parsed.files as Manifest["files"],
    run: parsed.run as Manifest["run"],
    model: parsed.model as SavedArchitecture,
  };
}

function checkForm({ files, run, model }: Record<string, unknown>, path: string): void {
  const isDigest = (value: unknown): boolean =>
    isRecord(value) && Number.isSafeInteger(value.bytes) && typeof value.sha256 === "string";
  // A name with a separator would lead out of the folder.
  const isPlain = (name: string): boolean => /^[\w-][\w.-]*$/.test(name);
  if (!isRecord(files) || !Object.entries(files).every(([name, value]) => isPlain(name) && isDigest(value))) {
    throw new ImagoError(`${path}: "files" must give the size and SHA-256 of each file by its name`);
  }
  if (run !== undefined && typeof run !== "string") throw new ImagoError(`${path}: "run" must be a text`);
  if (!isRecord(model)) throw new ImagoError(`${path}: there is no "model"`);
}
