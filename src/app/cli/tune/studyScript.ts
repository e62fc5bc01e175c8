import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ImagoError, messageOf } from "../../../engine/errors.js";
import { readFileChecked } from "../../../engine/files/readFileChecked.js";
import type { FinishOptions } from "../../../methods/tune/ending/finish.js";
import type { Space } from "../../../methods/tune/space/parameters.js";
import type { StudyOptions } from "../../../methods/tune/study/options.js";

/** What a script exports. */
export interface StudyScript {
  /** Its absolute path. */
  readonly path: string;
  readonly space: Space | undefined;
  /** Test data and what is to be found of them, for the end. */
  readonly ending: Pick<FinishOptions<unknown>, "test" | "measure">;
  readonly options: Partial<Pick<StudyOptions<Space>, (typeof optionNames)[number]>>;
}

const optionNames = ["direction", "sampler", "pruner", "seed", "noisy", "constraint", "keepModels"] as const;

/**
 * Loads a script that exports `objective`, mostly `space`, whatever options of `openStudy` it wants, and for the
 * end `test` and `measure`.
 *
 * @throws ImagoError where it cannot be loaded, or exports no objective
 */
export async function loadScript(script: string): Promise<StudyScript> {
  const path = resolve(script);
  const module = await importScript(path);
  if (typeof (module.objective ?? module.default) !== "function") {
    throw new ImagoError(`${script}: expected it to export a function "objective".`, {
      help: "Write: export const space = { … }; export async function objective({ params }) { … return loss; }",
    });
  }
  const given = optionNames.filter((name) => module[name] !== undefined);
  return {
    path,
    space: module.space as Space | undefined,
    ending: {
      test: module.test as FinishOptions<unknown>["test"],
      measure: module.measure as FinishOptions<unknown>["measure"],
    },
    options: Object.fromEntries(given.map((name) => [name, module[name]])),
  };
}

async function importScript(path: string): Promise<Readonly<Record<string, unknown>>> {
  const { href } = pathToFileURL(path);
  try {
    return await import(href);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ERR_UNKNOWN_FILE_EXTENSION" && /^\.[cm]?ts$/.test(extname(path))) {
      return importTypeScript(path, href);
    }
    await readFileChecked(path);
    throw new ImagoError(`${path} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
}

/** Node before 22.18 does not read TypeScript by itself. */
async function importTypeScript(path: string, href: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { tsImport } = await import("tsx/esm/api");
    return await tsImport(href, import.meta.url);
  } catch (cause) {
    const why = messageOf(cause);
    if (!why.includes("tsx/esm/api") && !why.includes("'tsx'")) {
      throw new ImagoError(`${path} cannot be loaded: ${why}`, { cause });
    }
    throw new ImagoError(`${path}: this Node (${process.version}) does not read TypeScript by itself.`, {
      help: "Take Node 22.18 or later, install tsx (npm install tsx), or write the script in JavaScript (.mjs).",
      cause,
    });
  }
}
