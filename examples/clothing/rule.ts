import type { Generator } from "../../src/index.js";

/** How many values each property of a garment has; every value is as likely as the others, and none hangs on another. */
export const properties = {
  /** T-shirt, trousers, dress, coat: the text says it, and the picture shows it. */
  kind: 4,
  /** The last two are designers'. */
  brand: 6,
  /** Years. */
  age: 10,
  /** Worn, good, as new. */
  condition: 3,
  /** Polyester, cotton, wool, silk. */
  material: 4,
  /** Says nothing, "signed", "not signed". */
  signed: 3,
  /** "Not a vintage piece", "a vintage piece". */
  vintage: 2,
  /** "Printed by machine", "printed by hand". */
  printed: 2,
  /** Plain, stripes, dots. */
  pattern: 3,
  stained: 2,
} as const;

export type Property = keyof typeof properties;
/** A number from 0 for each property. */
export type Garment = Readonly<Record<Property, number>>;

/** Which source tells which properties. */
export const told = {
  metadata: ["brand", "age", "condition"],
  text: ["kind", "material", "signed", "vintage", "printed"],
  picture: ["kind", "pattern", "stained"],
} as const satisfies Record<string, readonly Property[]>;

export type Source = keyof typeof told;
export const sources = Object.keys(told) as readonly Source[];

/** Standard deviation of what no property explains, in logarithms: about 15 % of the price. */
export const noise = 0.15;

/**
 * The logarithm of the price in euros, before noise. Four of its terms need two sources at once:
 *
 * - a signature in the text counts where the metadata names a designer, and is scribble elsewhere;
 * - a stain in the picture takes off the more, the better the metadata says the condition is;
 * - a pattern in the picture counts where the text says that it is printed by hand;
 * - a year of age takes off 6 %, but adds 6 % to what the text calls a vintage piece.
 */
export function worth(garment: Garment): number {
  const { kind, brand, age, condition, material, signed, vintage, printed, pattern, stained } = garment;
  const designer = brand >= 4;
  const byItself = 2.8 + 0.25 * kind + 0.1 * brand + 0.2 * condition + 0.15 * material;
  const signature = designer && signed === 1 ? 1 : 0;
  const stain = stained * -0.5 * condition;
  const handwork = printed === 1 && pattern > 0 ? 0.7 : 0;
  const years = (vintage === 1 ? 0.06 : -0.06) * age;
  return byItself + signature + stain + handwork + years;
}

export function drawGarment(random: Generator): Garment {
  const entries = Object.entries(properties).map(([name, count]) => [name, random.integer(count)] as const);
  return Object.fromEntries(entries) as Garment;
}

/** Every garment that there can be, 207,360 of them, one after the other. */
export function* allGarments(): Iterable<Garment> {
  const names = Object.keys(properties) as Property[];
  const total = names.reduce((product, name) => product * properties[name], 1);
  for (let number = 0; number < total; number++) {
    const garment: Partial<Record<Property, number>> = {};
    let rest = number;
    for (const name of names) {
      garment[name] = rest % properties[name];
      rest = Math.floor(rest / properties[name]);
    }
    yield garment as Garment;
  }
}
