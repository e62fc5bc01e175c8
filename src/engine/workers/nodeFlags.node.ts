import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** Flags that say how modules are found and read, each followed by a value. */
const valued = new Set([
  "--import",
  "--require",
  "-r",
  "--loader",
  "--experimental-loader",
  "--conditions",
  "-C",
]);
/** Others that a worker needs as much as its parent. */
const plain = /^(--(max-old-space-size|max-semi-space-size|stack-size)=|--(no-)?experimental-strip-types$)/;

/**
 * Node's flags for a worker: of this process those that say how modules are read and how much memory there is. Others, such
 * as `--eval` or the port of a debugger, are not for two.
 *
 * @param given this process's own
 * @param files what the worker will load: for TypeScript, tsx is added where nothing of the kind is among the flags
 */
export function nodeFlags(given: readonly string[], files: readonly string[]): string[] {
  const kept: string[] = [];
  given.forEach((flag, index) => {
    const [name = ""] = flag.split("=");
    if (valued.has(flag)) kept.push(flag, given[index + 1] ?? "");
    else if (plain.test(flag) || (valued.has(name) && flag.includes("="))) kept.push(flag);
  });
  const needsLoader = files.some((file) => /\.[cm]?tsx?$/.test(file)) && !kept.some(isTsx);
  const loader = needsLoader ? tsx() : undefined;
  return loader === undefined ? kept : [...kept, "--import", loader];
}

const isTsx = (flag: string): boolean => /(^|[/\\=])tsx([/\\]|$)/.test(flag);

/** Where tsx is installed; newer versions of Node read TypeScript without it. */
function tsx(): string | undefined {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  } catch {
    return undefined;
  }
}
