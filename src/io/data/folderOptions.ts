import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  converting,
  type Field,
  type FieldsOf,
  flag,
  list,
  number,
  optional,
  type ReadOf,
  readOptions,
  refusal,
  seed,
  text,
} from "../../engine/options.js";
import { type Colour, type PictureFit, pictureFields, sizeField } from "../images/pictureFields.js";
import type { GivenSplit } from "./split/divide.js";
import type { GroupRule } from "./split/groups.js";

/** Fractions of the pictures that are kept from training. */
export interface SplitFractions {
  /** From 0 to below 1. Default: 0.2. */
  readonly validation?: number | undefined;
  /** From 0 to below 1; both together below 1. Default: 0. */
  readonly test?: number | undefined;
}

export interface ImageFolderOptions {
  /** Height and width of each picture in pixels, or one number for both, from 1 to 8192. Default: 160. */
  readonly size?: number | readonly [height: number, width: number] | undefined;
  /**
   * How a picture of another shape fills its place: `"cover"` crops to the centre, `"contain"` adds a border, `"stretch"` distorts.
   * Default: `"cover"`.
   */
  readonly fit?: PictureFit | undefined;
  /** What transparent pictures are laid on, and what stands beside those of `"contain"`: 0 to 255. Default: white. */
  readonly background?: Colour | undefined;
  /** Larger pictures count as unreadable. Default: 200 million. */
  readonly maxPixels?: number | undefined;
  /** The classes, in this order, whether they have pictures or not; those of others are left out. Default: all, by code point. */
  readonly classes?: readonly string[] | undefined;
  /**
   * A label file: CSV with commas, semicolons or tabs, or JSON Lines; a path, or a name in the folder. Default: in a flat folder
   * `labels.csv`, `labels.tsv`, `labels.jsonl`, `metadata.csv` or `metadata.jsonl`.
   */
  readonly labels?: string | undefined;
  /**
   * Which pictures are kept from training: fractions, by a hash of the path (or group); or a function of the path below the folder, with
   * `/` between names, that says the part. Parts that folders give are as the folders have them, whatever the fractions.
   * Default: `{ validation: 0.2, test: 0 }`.
   */
  readonly split?: SplitFractions | GivenSplit | undefined;
  /**
   * What must not be torn apart: the n-th folder level below the class, from 1; or a pattern on the path below the folder, whose first
   * group (or whole match) is the group's name. Default: the column `group` of the label file, if there is one.
   */
  readonly group?: GroupRule | undefined;
  /** Order and augmentation depend on it, the split does not. Default: 0. */
  readonly seed?: number | undefined;
  /** Refuses the first picture that cannot be read, and the first bad row, instead of listing them. Default: false. */
  readonly strict?: boolean | undefined;
  /** With more than two unreadable pictures, and a larger share than this, nothing is begun. Default: 0.1. */
  readonly maxUnreadable?: number | undefined;
  /** Threads that decode. Default: one for each core, 8 at most. */
  readonly workers?: number | undefined;
  /** A folder of its own for decoded pictures and unpacked archives, which later runs use again. Default: none. */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const fraction = { min: 0, below: 1 } as const;
const fractionFields = {
  validation: number({ default: 0.2, ...fraction }),
  test: number({ default: 0, ...fraction }),
} satisfies FieldsOf<SplitFractions>;

const splitField: Field<SplitFractions | GivenSplit> = {
  expected: "fractions { validation, test } or a function of a path",
  read: (where, name, value) => {
    if (typeof value === "function") return value as GivenSplit;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw refusal(where, name, splitField.expected, value);
    }
    const { validation, test } = readOptions(`${where}: ${name}`, value, fractionFields);
    if (validation + test >= 1) {
      throw new ImagoError(
        `${where}: ${name}: validation ${validation} and test ${test} leave nothing to train on; both together must be below 1.`,
      );
    }
    // What was not given is told from what was.
    return value as SplitFractions;
  },
};

const isLevel = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 100;

const folderFields = {
  size: sizeField(160),
  ...pictureFields,
  classes: optional(list(text(), "an array of names")),
  labels: optional(text()),
  split: optional(splitField),
  group: optional(
    converting<GroupRule>("a folder level from 1 to 100 or a regular expression", (value) =>
      value instanceof RegExp || isLevel(value) ? value : undefined,
    ),
  ),
  seed: seed(),
  strict: flag(false),
  maxUnreadable: number({ default: 0.1, min: 0, max: 1 }),
  workers: optional(number({ min: 1, max: 64, integer: true })),
  cache: optional(text()),
  signal: abortSignal,
} satisfies FieldsOf<ImageFolderOptions>;

/** {@link ImageFolderOptions} in full. */
export type FolderSettings = ReadOf<typeof folderFields>;

export function readFolderOptions(options: ImageFolderOptions | undefined): FolderSettings {
  const settings = readOptions("imageFolder", options, folderFields);
  const { classes, cache, labels } = settings;
  if (classes !== undefined) checkClasses(classes);
  for (const [name, value] of Object.entries({ cache, labels })) {
    if (value === "") throw refusal("imageFolder", name, "a path", value);
  }
  return settings;
}

function checkClasses(classes: readonly string[]): void {
  const twice = classes.find((name, index) => classes.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ImagoError(
      `imageFolder: classes names ${JSON.stringify(twice)} twice; each class has one place.`,
    );
  }
  if (classes.length === 0 || classes.includes("")) {
    throw refusal("imageFolder", "classes", "an array of names, none of them empty", classes);
  }
}
