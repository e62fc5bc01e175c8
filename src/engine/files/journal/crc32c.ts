/** Castagnoli's polynomial, its bits reversed. */
const polynomial = 0x82f63b78;

/** What each byte does to the checksum, where 0 to 3 further bytes follow it in one step. */
const tables: readonly Uint32Array[] = Array.from({ length: 4 }, () => new Uint32Array(256));
const [t0, t1, t2, t3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  t0[byte] = value;
}
for (let byte = 0; byte < 256; byte++) {
  for (let table = 1; table < 4; table++) {
    const before = tables[table - 1]?.[byte] as number;
    (tables[table] as Uint32Array)[byte] = (before >>> 8) ^ (t0[before & 255] as number);
  }
}

/** The CRC-32C of the bytes from `start` to before `end`. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let value = -1;
  let at = start;
  // Four bytes in one step: reading a journal spends much of its time here.
  for (; at + 4 <= end; at += 4) {
    value ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    value = t3[value & 255]! ^ t2[(value >>> 8) & 255]! ^ t1[(value >>> 16) & 255]! ^ t0[value >>> 24]!;
  }
  for (; at < end; at++) value = (value >>> 8) ^ t0[(value ^ bytes[at]!) & 255]!;
  return ~value >>> 0;
}

/** A checksum as records have it: eight digits. */
export function hexOf(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}
