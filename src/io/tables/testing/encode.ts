/** The bytes of a text in an encoding of one or two bytes a character that `TextDecoder` reads. */
export function encode(text: string, label: string): Buffer {
  const codes = new Map<string, readonly number[]>();
  const learn = (...bytes: number[]): void => {
    const decoded = new TextDecoder(label).decode(Uint8Array.from(bytes));
    if ([...decoded].length === 1 && !codes.has(decoded)) codes.set(decoded, bytes);
  };
  // Which some versions of TextDecoder take for Latin-1.
  if (label === "windows-1252") for (const [character, code] of beyondLatin1) codes.set(character, [code]);
  for (let byte = 0; byte < 256; byte++) learn(byte);
  if (/jis|euc|gb|big5/.test(label)) {
    for (let lead = 0x81; lead < 0xff; lead++) {
      for (let trail = 0x40; trail < 0xff; trail++) learn(lead, trail);
    }
  }
  return Buffer.from(
    [...text].flatMap((character) => {
      const bytes = codes.get(character);
      if (bytes === undefined) throw new Error(`${label} has no ${character}`);
      return bytes;
    }),
  );
}

const beyondLatin1: ReadonlyMap<string, number> = new Map([
  ...([
    ["€", 0x80],
    ["…", 0x85],
    ["Š", 0x8a],
    ["‘", 0x91],
    ["’", 0x92],
    ["“", 0x93],
    ["”", 0x94],
  ] as const),
  ...([
    ["–", 0x96],
    ["™", 0x99],
    ["œ", 0x9c],
    ["Ÿ", 0x9f],
  ] as const),
]);

/** UTF-16 with the high byte first. */
export const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();
