import { type PartName, partNames } from "../listing/names.js";
import { hashOf } from "./hashOf.js";

/** The fractions that are asked for; 0 asks for none. */
export interface Fractions {
  readonly validation: number;
  readonly test: number;
}

/** A picture, or several that must stay together. */
interface Unit {
  readonly key: string;
  readonly hash: number;
  /** The classes of its pictures. */
  readonly labels: number[];
  part: PartName;
}

/**
 * Divides pictures by the hash of their paths: below the validation's fraction into validation, in the test's fraction at the upper
 * end into test. So a picture keeps its part when others come or go. A class (that has enough of them) is in each part that is asked
 * for: where chance left it out, the unit next to that part's range goes there.
 *
 * @param keys of each picture, what is hashed: its path, or its group
 * @param labels of each picture, the number of its class
 */
export function hashParts(
  keys: readonly string[],
  labels: readonly number[],
  fractions: Fractions,
): PartName[] {
  const units = new Map<string, Unit>();
  keys.forEach((key, index) => {
    const label = labels[index] as number;
    const known = units.get(key);
    if (known === undefined) {
      const hash = hashOf(key);
      units.set(key, { key, hash, labels: [label], part: partOf(hash, fractions) });
    } else if (!known.labels.includes(label)) known.labels.push(label);
  });
  representAll([...units.values()], fractions);
  return keys.map((key) => (units.get(key) as Unit).part);
}

function partOf(hash: number, { validation, test }: Fractions): PartName {
  if (hash < validation) return "validation";
  return hash >= 1 - test ? "test" : "train";
}

function representAll(units: readonly Unit[], fractions: Fractions): void {
  const byLabel = new Map<number, Unit[]>();
  for (const unit of [...units].sort((a, b) => a.hash - b.hash || (a.key < b.key ? -1 : 1))) {
    for (const label of unit.labels) {
      const others = byLabel.get(label);
      if (others === undefined) byLabel.set(label, [unit]);
      else others.push(unit);
    }
  }
  const classes = new Classes(byLabel);
  const inOrder = [...byLabel.keys()].sort((a, b) => a - b);
  for (const label of inOrder) classes.ensure(label, "train");
  if (fractions.validation > 0) for (const label of inOrder) classes.ensure(label, "validation");
  if (fractions.test > 0) for (const label of inOrder) classes.ensure(label, "test");
}

/** The units of each class, by their hash. */
class Classes {
  readonly #units: ReadonlyMap<number, readonly Unit[]>;

  constructor(units: ReadonlyMap<number, readonly Unit[]>) {
    this.#units = units;
  }

  /** Moves a unit into a part that has none of a class, if the class has so many and no part loses its last that it must have. */
  ensure(label: number, part: PartName): void {
    const units = this.#units.get(label) as readonly Unit[];
    if (units.length < leastUnits[part] || units.some((unit) => unit.part === part)) return;
    // From the side of the range that the part has.
    const near = part === "validation" ? units : units.toReversed();
    for (const source of partNames.filter((other) => other !== part)) {
      const found = near.find((unit) => unit.part === source && (part === "train" || this.#canLeave(unit)));
      if (found === undefined) continue;
      found.part = part;
      return;
    }
  }

  /** Whether every class of a unit has another in the same part, or too few for that part. */
  #canLeave(unit: Unit): boolean {
    return unit.labels.every((label) => {
      const units = this.#units.get(label) as readonly Unit[];
      return (
        units.length < leastUnits[unit.part] ||
        units.some((other) => other !== unit && other.part === unit.part)
      );
    });
  }
}

/** How many units a class must have for a part to have one of it. */
export const leastUnits: Readonly<Record<PartName, number>> = { train: 1, validation: 2, test: 3 };
