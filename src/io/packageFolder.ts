import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the package says of itself. */
interface OwnPackage {
  readonly name?: string;
  readonly version?: string;
}

/**
 * The folder of this package, and what it says of itself; nothing where the code was taken out of it. Looked for from here
 * upwards: this file is at other depths in src/ and in the joined files of dist/.
 */
export function ownPackage(): { readonly folder: string; readonly version: string } | undefined {
  for (let at = new URL("./", import.meta.url); ; at = new URL("../", at)) {
    try {
      const { name, version = "unknown" } = JSON.parse(
        readFileSync(new URL("package.json", at), "utf8"),
      ) as OwnPackage;
      if (name === "imago") return { folder: fileURLToPath(at), version };
    } catch {
      // Further up.
    }
    if (new URL("../", at).pathname === at.pathname) return undefined;
  }
}

/** The path of a file that comes with the package, by its name in the folder `assets`. */
export const packedFile = (name: string): string => join(ownPackage()?.folder ?? ".", "assets", name);
