/** Castagnoli's polynomial, its bits reversed. */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value;
});

/** The CRC-32C of the bytes from `start` to before `end`. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let value = -1;
  for (let at = start; at < end; at++) value = (value >>> 8) ^ (table[(value ^ bytes[at]!) & 255] as number);
  return ~value >>> 0;
}

/** A checksum as records have it: eight digits. */
export function hexOf(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}
