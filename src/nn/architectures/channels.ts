/**
 * A number of channels as a multiple of 8: the nearest, at least 8, and the next one where that were below nine tenths. (As
 * TensorFlow's and Keras's MobileNets have it.)
 */
export function divisible(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}

/** Numbers of channels times a network's width; at width 1 as they are. */
export function scaled(width: number): (channels: number) => number {
  return (channels) => (width === 1 ? channels : divisible(channels * width));
}
