import {
  converting,
  type FieldsOf,
  flag,
  list,
  optional,
  type ReadOf,
  text,
  unchecked,
} from "../../engine/options.js";
import type { CatalogueModel } from "./catalogue.js";
import { isSha256 } from "./digests.js";
import { type DownloadOptions, downloadFields } from "./download.js";
import type { PackedModel } from "./packed.js";

export interface StoreOptions {
  /** Default: the user's cache folder. */
  readonly folder?: string | undefined;
  /** Default: the models that Imago knows. */
  readonly models?: readonly CatalogueModel[] | undefined;
  /** Those that come with Imago. Default: its own, but none where `models` are given. */
  readonly packed?: readonly PackedModel[] | undefined;
}

/** How {@link StoreOptions} are read. */
export const storeFields = {
  folder: optional(text()),
  models: optional(list(unchecked<CatalogueModel>("a model"), "an array of models")),
  packed: optional(list(unchecked<PackedModel>("a model"), "an array of models")),
} satisfies FieldsOf<StoreOptions>;

export interface PullOptions extends DownloadOptions {
  /** Ask no server. Default: whether the environment has `IMAGO_OFFLINE=1`. */
  readonly offline?: boolean | undefined;
}

/** How {@link PullOptions} are read; command lines make their flags of these. */
export const pullFields = {
  ...downloadFields,
  offline: optional(flag(false, { help: "ask no server: fail unless it is here (also IMAGO_OFFLINE=1)" })),
} satisfies FieldsOf<PullOptions>;

/** {@link PullOptions} in full. */
export type PullSettings = ReadOf<typeof pullFields>;

export interface PullFromOptions extends PullOptions {
  /** What the model is called here. Default: the last segment of the address, without `.onnx`. */
  readonly name?: string | undefined;
  /** The digest that the file must have, in hexadecimal digits. Default: what the hub states. */
  readonly sha256?: string | undefined;
}

function digest(value: unknown): string | undefined {
  const lower = typeof value === "string" ? value.toLowerCase() : "";
  return isSha256(lower) ? lower : undefined;
}

/** How {@link PullFromOptions} are read; command lines make their flags of these. */
export const pullFromFields = {
  ...pullFields,
  name: optional(
    text(undefined, {
      help: "what to call a model pulled by address (default: its file's name)",
      unit: "name",
    }),
  ),
  sha256: optional(
    converting("64 hexadecimal digits", digest, {
      help: "the digest that a file pulled by address must have (default: what the hub states)",
      unit: "hex",
      form: { kind: "text" },
    }),
  ),
} satisfies FieldsOf<PullFromOptions>;
