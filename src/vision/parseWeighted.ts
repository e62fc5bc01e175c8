/** A name with its share, as they are written on a command line. */
export interface Weighted {
  readonly name: string;
  /** `undefined` where none is written. */
  readonly weight: number | undefined;
}

/**
 * Reads `NAME` or `NAME=WEIGHT`; the weight stands behind the last equals sign.
 *
 * @returns `undefined` where there is no name, or the weight is no number that float32 holds
 */
export function parseWeighted(text: string): Weighted | undefined {
  const { name, share } = /^(?<name>.+?)(?:=(?<share>[^=]*))?$/s.exec(text)?.groups ?? {};
  if (name === undefined || name.startsWith("=")) return undefined;
  const weight = share === undefined ? undefined : Number(share.trim() === "" ? Number.NaN : share);
  return weight === undefined || Number.isFinite(Math.fround(weight)) ? { name, weight } : undefined;
}
