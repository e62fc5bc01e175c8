/** The names of columns, and what was made of them. */
export interface ColumnNames {
  readonly columns: readonly string[];
  /** A sentence for each name that is another now. */
  readonly notices: readonly string[];
}

/** How many renamed columns are said one by one. */
const said = 5;

/**
 * Names for columns: trimmed, none empty, and no two equal. `a`, ``, `a` become `a`, `column 2`, `a (2)`.
 *
 * @param given as they stand in the file
 */
export function columnNames(given: readonly string[]): ColumnNames {
  const trimmed = given.map((name) => name.trim());
  const taken = new Set(trimmed);
  const firstPlaces = new Map<string, number>();
  const renamed: string[] = [];
  const columns = trimmed.map((name, index) => {
    const place = index + 1;
    const first = firstPlaces.get(name);
    if (name !== "" && first === undefined) {
      firstPlaces.set(name, place);
      return name;
    }
    const own = name === "" ? unlike(`column ${place}`, taken, 1) : unlike(name, taken, 2);
    taken.add(own);
    renamed.push(
      name === ""
        ? `Column ${place} has no name and is called ${JSON.stringify(own)}.`
        : `Column ${place} is called ${JSON.stringify(name)} as column ${first} is, and becomes ${JSON.stringify(own)}.`,
    );
    return own;
  });
  const more = renamed.length - said;
  const notices =
    more <= 1
      ? renamed
      : [...renamed.slice(0, said), `${more.toLocaleString("en-GB")} more columns were renamed in this way.`];
  return { columns, notices };
}

/** A name that is not taken: with the lowest number behind it that makes it so, where it is 1 without a number. */
function unlike(name: string, taken: ReadonlySet<string>, from: 1 | 2): string {
  for (let number: number = from; ; number++) {
    const own = number === 1 ? name : `${name} (${number})`;
    if (!taken.has(own)) return own;
  }
}
