import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { type FieldsOf, having, optional, readOptions, text } from "../../engine/options.js";

/** What decides where the cache is. */
export interface CachePlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

const fields = {
  environment: optional(having<CachePlace["environment"]>("an object")),
  platform: optional(text()),
  home: optional(text()),
} satisfies FieldsOf<CachePlace>;

/**
 * The folder that downloaded models are kept in: `IMAGO_CACHE` if it is set, a relative path from where the process runs; else `imago/models` in the user's cache
 * folder, which is `XDG_CACHE_HOME`, on macOS `~/Library/Caches`, on Windows `LOCALAPPDATA`, elsewhere `~/.cache`.
 */
export function cacheFolder(place: Partial<CachePlace> = {}): string {
  const read = readOptions("cacheFolder", place, fields);
  const { environment = process.env, platform = process.platform, home = homedir() } = read;
  // Relative paths in these are to be ignored (XDG Base Directory Specification).
  const absolute = (name: string): string | undefined => {
    const path = environment[name];
    return path !== undefined && isAbsolute(path) ? path : undefined;
  };
  // Ours is as the user wrote it, from the folder that the process runs in.
  const own = environment.IMAGO_CACHE;
  if (own !== undefined && own !== "") return isAbsolute(own) ? own : resolve(own);
  const users =
    absolute("XDG_CACHE_HOME") ??
    (platform === "darwin"
      ? join(home, "Library", "Caches")
      : platform === "win32"
        ? (absolute("LOCALAPPDATA") ?? join(home, "AppData", "Local"))
        : join(home, ".cache"));
  return join(users, "imago", "models");
}
