/** The line of the byte at a place, from 1. Line ends are "\n", "\r\n" or "\r"; the text is of an encoding that has ASCII in it. */
export function lineOf(bytes: Uint8Array, place: number): number {
  let line = 1;
  for (let at = 0; at < place; at++) {
    const byte = bytes[at];
    if (byte === 0x0a || (byte === 0x0d && bytes[at + 1] !== 0x0a)) line++;
  }
  return line;
}
