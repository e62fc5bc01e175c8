import { composed } from "../listing/listing.js";
import type { Found } from "../listing/walk.js";

/** What a name in a label file leads to. */
export type Lookup =
  | { readonly found: Found }
  /** Several pictures that it may mean. */
  | { readonly among: readonly string[] }
  | undefined;

const withoutExtension = (path: string): string => path.replace(/\.[^./]+$/, "");
const lastName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The pictures below a folder, found by what label files call them. */
export class PictureIndex {
  /** By the path below the folder. */
  readonly #whole = new Map<string, Found>();
  /** By less than that, where only one picture has it; else all that do. */
  readonly #parts = new Map<string, Found[]>();

  constructor(pictures: readonly Found[]) {
    for (const found of pictures) {
      const path = composed(found.between + lastName(found.path));
      this.#whole.set(path, found);
      const name = lastName(path);
      for (const key of new Set([withoutExtension(path), name, withoutExtension(name)])) {
        const others = this.#parts.get(key);
        if (others === undefined) this.#parts.set(key, [found]);
        else others.push(found);
      }
    }
  }

  /**
   * The picture of a name: its path below the folder; that without its extension, or the name alone, where only one picture has it.
   */
  find(name: string): Lookup {
    const path = composed(name.replaceAll("\\", "/").replace(/^(\.?\/)+/, ""));
    const whole = this.#whole.get(path);
    if (whole !== undefined) return { found: whole };
    const among = this.#parts.get(path) ?? [];
    const [only] = among;
    if (only === undefined) return undefined;
    return among.length === 1 ? { found: only } : { among: among.map((one) => one.path) };
  }
}
