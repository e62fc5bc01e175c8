import { ImagoError } from "../../engine/errors.js";
import { accepting, type FieldsOf, optional, readOptions, text, unchecked } from "../../engine/options.js";
import type { Config } from "../../nn/config/config.js";
import type { Learner, ModuleSource } from "./learner.js";

export interface FromModuleOptions {
  /** Its URL, such as `new URL("./mine.js", import.meta.url)`, or a package's name; no relative path. */
  readonly module: URL | string;
  /** What it exports: a learner, or a function that gives one, of `options`. Default: `"default"`. */
  readonly export?: string | undefined;
  /** Plain JSON. Default: none. */
  readonly options?: Config | undefined;
  /** What it is called in reports. Default: the export's name, or the file's. */
  readonly name?: string | undefined;
}

const isModule = (value: unknown): value is URL | string =>
  value instanceof URL || (typeof value === "string" && value !== "" && !/^\.{0,2}[/\\]/.test(value));

const fields = {
  module: accepting('a URL, as new URL("./mine.js", import.meta.url), or a package\'s name', isModule),
  export: text("default"),
  options: optional(unchecked<Config>("plain JSON")),
  name: optional(text()),
} satisfies FieldsOf<FromModuleOptions>;

/**
 * A learner that a module exports. Other processes load it by its address, so that one of your own is fitted on all cores,
 * and can be ended when it takes too long.
 *
 * @throws {ImagoError} on a relative path; in `fit`, where the module exports no such learner
 */
export function fromModule(options: FromModuleOptions): Learner {
  const { module, export: exported, options: own, name } = readOptions("fromModule", options, fields);
  const source: ModuleSource = { module: String(module), export: exported, options: own };
  const file =
    source.module
      .split("/")
      .at(-1)
      ?.replace(/\.\w+$/, "") ?? source.module;
  return {
    name: name ?? (exported === "default" ? file : exported),
    config: { module: source.module, export: exported, ...(own === undefined ? {} : { options: own }) },
    portable: source,
    fit: async (data) => (await loadLearner(source)).fit(data),
  };
}

async function loadLearner({ module, export: name, options }: ModuleSource): Promise<Learner> {
  const loaded: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ module);
  const found = loaded[name];
  const made: unknown = typeof found === "function" ? found(options ?? {}) : found;
  if (isLearner(made)) return made;
  throw new ImagoError(`fromModule: ${module} exports no learner "${name}".`, {
    help: "Export an object with name, config and fit, or a function that gives one.",
  });
}

const isLearner = (value: unknown): value is Learner =>
  typeof value === "object" && value !== null && "fit" in value && typeof value.fit === "function";
