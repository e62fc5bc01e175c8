/** Where a file's declared input has its three channels; `undefined` where it does not say, or they may be either. */
export function layoutOf(
  sizes: readonly (number | string | undefined)[],
): "channelsFirst" | "channelsLast" | undefined {
  if (sizes.length !== 4) return undefined;
  const [first, last] = [sizes[1] === 3, sizes[3] === 3];
  if (first === last) return undefined;
  return first ? "channelsFirst" : "channelsLast";
}
