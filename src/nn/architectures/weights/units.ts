/**
 * A step of a network that matters when two networks are compared: a convolution, a fully connected layer, a normalisation by itself, or
 * where ways meet.
 */
export interface Unit<P> {
  /** What it is, numbers of channels apart: `conv 3x3/2x2`. */
  readonly label: string;
  /** The steps that it reads, in their order. */
  readonly from: readonly Unit<P>[];
  /** What it is made of; nothing where ways meet. */
  readonly parts: P | undefined;
}

/** Units in the order in which they are computed. */
export type Units<P> = readonly Unit<P>[];

/** Where channels are put behind each other. */
const joint = "concat";

/**
 * Where ways meet. Channels that are put behind each other in several steps, or in one, are the same; of which nothing has one way, and
 * nothing is made.
 */
export function meeting<P>(kind: "add" | typeof joint, from: readonly Unit<P>[]): Unit<P> {
  const all = kind === joint ? from.flatMap((unit) => (unit.label === joint ? unit.from : [unit])) : from;
  const [only] = all;
  return all.length === 1 && only !== undefined ? only : { label: kind, from: all, parts: undefined };
}

export function weighted<P>(units: Units<P>): readonly P[] {
  return units.map(({ parts }) => parts).filter((parts) => parts !== undefined);
}

/** Without its last steps, which no other reads, until so many with weights are left. */
export function cutTo<P>(units: Units<P>, count: number): Units<P> {
  let left = [...units];
  while (weighted(left).length > count) {
    const read = new Set(left.flatMap(({ from }) => from));
    const last = left.findLastIndex((unit) => !read.has(unit));
    left = left.filter((_, at) => at !== last);
  }
  return left;
}

/**
 * Steps that stand in the same place of two networks of equal structure, found by refining colours (Weisfeiler and Leman 1968): two steps
 * are alike as long as they are the same operation, read what is alike and are read by what is alike.
 *
 * @returns nothing where the structures differ
 */
export function paired<A, B>(ours: Units<A>, theirs: Units<B>): readonly (readonly [A, B])[] | undefined {
  const [a, b] = [withoutUnread(ours), withoutUnread(theirs)];
  if (a.length !== b.length) return undefined;
  const palette = new Map<string, number>();
  let [mine, other] = [first(a, palette), first(b, palette)];
  let count = 0;
  // Each round carries what is alike by one step, until it parts no more.
  while (new Set(mine.values()).size > count) {
    count = new Set(mine.values()).size;
    [mine, other] = [refined(a, mine, palette), refined(b, other, palette)];
  }
  const [left, right] = [byColour(a, mine), byColour(b, other)];
  const fits = [...left].every(([colour, units]) => right.get(colour)?.length === units.length);
  if (!fits || left.size !== right.size) return undefined;
  return [...left].flatMap(([colour, units]) =>
    units.flatMap((unit, at) => {
      const partner = right.get(colour)?.[at];
      const both = unit.parts !== undefined && partner?.parts !== undefined;
      return both ? [[unit.parts, partner.parts] as [A, B]] : [];
    }),
  );
}

/** Without the inner steps of what is joined in several. */
function withoutUnread<P>(units: Units<P>): Units<P> {
  const read = new Set(units.flatMap(({ from }) => from));
  return units.filter((unit) => unit.label !== joint || read.has(unit));
}

type Colours<P> = ReadonlyMap<Unit<P>, number>;
type Palette = Map<string, number>;

function colourOf(text: string, palette: Palette): number {
  const known = palette.get(text) ?? palette.size;
  palette.set(text, known);
  return known;
}

function first<P>(units: Units<P>, palette: Palette): Colours<P> {
  return new Map(units.map((unit) => [unit, colourOf(unit.label, palette)]));
}

function refined<P>(units: Units<P>, before: Colours<P>, palette: Palette): Colours<P> {
  const readers = new Map<Unit<P>, string[]>();
  for (const unit of units) {
    unit.from.forEach((source, place) => {
      const list = readers.get(source) ?? [];
      list.push(`${unit.label === joint ? place : ""}:${before.get(unit)}`);
      readers.set(source, list);
    });
  }
  return new Map(
    units.map((unit) => {
      const reads = unit.from.map((source) => String(before.get(source)));
      const sources = (unit.label === joint ? reads : reads.sort()).join(",");
      const read = (readers.get(unit) ?? []).sort().join(",");
      return [unit, colourOf(`${before.get(unit)}|${sources}|${read}`, palette)];
    }),
  );
}

function byColour<P>(units: Units<P>, colours: Colours<P>): ReadonlyMap<number, readonly Unit<P>[]> {
  const groups = new Map<number, Unit<P>[]>();
  for (const unit of units) {
    const colour = colours.get(unit) as number;
    groups.set(colour, [...(groups.get(colour) ?? []), unit]);
  }
  return groups;
}
