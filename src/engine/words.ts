/** A whole number as sentences have it: `12,000`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-GB");
}

/** `3 pictures`, `1 picture`, `2 classes`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : several}`;
}

/** The first of some names, and how many more there are: `a, b, c and 4 more`. */
export function firstOf(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return more <= 0 ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${grouped(more)} more`;
}
