import { ImagoError } from "../engine/errors.js";
import { accepting, type FieldsOf, list, number, oneOf, readOptions, text } from "../engine/options.js";

/** What a classifier of pictures knows beside its network, so that nobody has to say it again. */
export interface ClassifierRecord {
  /** Of the form of this record. */
  readonly version: 1;
  /** Names of the classes, in the order of the network's outputs. */
  readonly classes: readonly string[];
  /** Height and width of the pictures that the network takes, in pixels. */
  readonly size: readonly [height: number, width: number];
  /** How a picture of another shape fills that. */
  readonly fit: "cover" | "contain" | "stretch";
  /** What transparent pictures are laid on, and what stands beside those of `"contain"`: 0 to 255. */
  readonly background: readonly [red: number, green: number, blue: number];
  /** What the network is, in words: `small, from scratch`. */
  readonly network: string;
}

/** The file beside a saved network, and the key in an exported file's metadata, that hold the record. */
export const classifierRecordName = "classifier.json";
export const classifierMetadataKey = "imago.classifier";

/** What an exported file's metadata say of a classifier: its classes as others look for them, and the whole record. */
export const classifierMetadata = (record: ClassifierRecord): Record<string, string> => ({
  [classifierMetadataKey]: JSON.stringify(record),
  classes: JSON.stringify(record.classes),
});

/** Pixels that a side may have. */
const longest = 8192;

const triple =
  (low: number, high: number) =>
  (value: unknown): value is readonly [number, number, number] =>
    Array.isArray(value) && value.length === 3 && value.every((one) => one >= low && one <= high);

const isSize = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((side) => Number.isSafeInteger(side) && side >= 1 && side <= longest);

/** How a {@link ClassifierRecord} is read. */
export const classifierRecordFields = {
  version: number({ min: 1, max: 1, integer: true }),
  classes: list(text(), "an array of names"),
  size: accepting(`[height, width] in pixels, 1 to ${longest}`, isSize),
  fit: oneOf(["cover", "contain", "stretch"], undefined),
  background: accepting("three numbers from 0 to 255", triple(0, 255)),
  network: text(),
} satisfies FieldsOf<ClassifierRecord>;

/**
 * A record that came from a file.
 *
 * @param where what errors call it
 * @throws ImagoError naming what is missing, or not as it is written
 */
export function readClassifierRecord(where: string, value: unknown): ClassifierRecord {
  const read = readOptions(where, value, classifierRecordFields);
  const twice = read.classes.find((name, at) => read.classes.indexOf(name) !== at);
  if (read.classes.length < 2 || twice !== undefined) {
    const what = twice === undefined ? "fewer than two classes" : `the class "${twice}" twice`;
    throw new ImagoError(`${where}: it has ${what}; the record is altered.`);
  }
  return { ...read, version: 1 };
}
