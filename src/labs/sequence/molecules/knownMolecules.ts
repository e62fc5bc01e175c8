import { anyText } from "../../../engine/arguments.js";
import { having, list } from "../../../engine/options.js";
import type { Rdkit } from "./rdkit.js";
import { skeletonOf } from "./skeleton.js";

/** Molecules that a model was trained on, to find copies. */
export interface KnownMolecules {
  /**
   * Whether a molecule is among them, however it is written.
   *
   * @param canonical as RDKit writes it
   */
  has(canonical: string): boolean;
}

/**
 * Molecules to look others up in. Only those that could be the molecule that is asked for are made canonical, the first time they are:
 * 100,000 lines take seconds so, and most of a minute otherwise.
 *
 * @param lines SMILES, however they are written; what RDKit does not take is never found
 */
export function knownMolecules(lines: readonly string[], rdkit: Rdkit): KnownMolecules {
  const all = list(anyText, "an array of SMILES").read("knownMolecules", "lines", lines);
  having<Rdkit>("what openRdkit gives", "canonical").read("knownMolecules", "rdkit", rdkit);
  return new Known(all, rdkit);
}

/** Where lines are kept that our own reading does not take, in case RDKit does. */
const unread = "";

class Known implements KnownMolecules {
  readonly #rdkit: Rdkit;
  readonly #written: ReadonlySet<string>;
  readonly #bySkeleton = new Map<string, string[]>();
  readonly #canonical = new Map<string, ReadonlySet<string>>();

  constructor(lines: readonly string[], rdkit: Rdkit) {
    this.#rdkit = rdkit;
    this.#written = new Set(lines);
    for (const line of this.#written) {
      const skeleton = skeletonOf(line) ?? unread;
      const group = this.#bySkeleton.get(skeleton);
      if (group === undefined) this.#bySkeleton.set(skeleton, [line]);
      else group.push(line);
    }
  }

  has(canonical: string): boolean {
    anyText.read("has", "canonical", canonical);
    if (this.#written.has(canonical)) return true;
    const skeleton = skeletonOf(canonical);
    return [unread, ...(skeleton === undefined ? this.#bySkeleton.keys() : [skeleton])].some((key) => {
      return this.#group(key).has(canonical);
    });
  }

  #group(skeleton: string): ReadonlySet<string> {
    const known = this.#canonical.get(skeleton);
    if (known !== undefined) return known;
    const lines = this.#bySkeleton.get(skeleton) ?? [];
    const group = new Set(lines.flatMap((line) => this.#rdkit.canonical(line) ?? []));
    this.#canonical.set(skeleton, group);
    return group;
  }
}
