/** From this length on a part of a text holds on to the whole text, which may be megabytes of a file. */
const sharedLength = 13;

/** A text that holds on to no other, for what is kept longer than the rows that it came with. */
export function ownCopy(text: string): string {
  return text.length < sharedLength ? text : ` ${text}`.slice(1);
}
