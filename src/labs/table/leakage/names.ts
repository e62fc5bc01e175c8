/** A name's words in lower case: `logPrice_2` has log, price and 2. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Whether a column's name has all words of the target's, one behind the other: `log_price` has `price`, `mileage` has no `age`. */
export function hasName(column: string, target: string): boolean {
  const [words, wanted] = [wordsOf(column), wordsOf(target)];
  if (wanted.length === 0) return false;
  return words.some((_, from) => wanted.every((word, at) => words[from + at] === word));
}
