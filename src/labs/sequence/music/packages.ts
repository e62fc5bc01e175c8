import { ImagoError, messageOf } from "../../../engine/errors.js";

/** The versions that Imago was tested with. */
const versions = { abcjs: "6.7.2", linkedom: "0.18.15", "@tonejs/midi": "2.0.28" } as const;

export type MusicPackage = keyof typeof versions;

/** How a package is imported. */
export type Load = (name: string) => Promise<object>;

/** Asks Node, and not whoever bundles Imago for a page, where they need not be. */
const importNow: Load = (name) => import(/* @vite-ignore */ name);

/**
 * What a package exports; its default export's where it has one, as packages that are no ES modules have.
 *
 * @param what what needs it, as errors say it
 * @param load what imports it. Default: Node
 * @throws ImagoError where it is not installed, with the line that does
 */
export async function loadPackage(
  where: string,
  what: string,
  name: MusicPackage,
  load: Load = importNow,
): Promise<object> {
  try {
    const loaded: { readonly default?: unknown } = await load(name);
    return typeof loaded.default === "object" && loaded.default !== null ? loaded.default : loaded;
  } catch (cause) {
    throw new ImagoError(`${where}: ${what} needs the package ${name}, which is not there.`, {
      help: `Install it: npm install ${name}@${versions[name]}`,
      cause,
    });
  }
}

/**
 * Runs what a package does with a tune, of which it may expect more than the tune has, without what it prints.
 *
 * @param run must not wait for anything, so that nothing else is kept from printing
 * @throws ImagoError with the package's own words, where it falls over
 */
export function running<T>(where: string, name: MusicPackage, run: () => T): T {
  // abcjs prints remarks for its own developers, which would stand in the midst of a program's output.
  const { log } = console;
  console.log = () => {};
  try {
    return run();
  } catch (cause) {
    throw new ImagoError(`${where}: ${name} could not make anything of the tune: ${messageOf(cause)}.`, {
      cause,
    });
  } finally {
    console.log = log;
  }
}
