/** The largest finite number of half precision. */
export const largestHalf = 65_504;

/** Numbers of half precision (IEEE 754 binary16), as their bits, in single precision, which holds each exactly. */
export function widenHalf(halves: Uint16Array): Float32Array {
  const wide = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) wide[i] = singleBits(halves[i] as number);
  return new Float32Array(wide.buffer);
}

/**
 * The bits of the numbers of half precision that are nearest, of two as near the one whose last bit is 0. From 65520
 * on that is infinity, and below 2⁻²⁵ zero, each with the number's sign. What is not a number stays so.
 */
export function narrowHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) halves[i] = halfBits(bits[i] as number);
  return halves;
}

/** A single has 8 bits of exponent with a bias of 127 and 23 of fraction, a half 5 with a bias of 15 and 10. */
function singleBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Below the smallest normal half: `fraction` times 2⁻²⁴, whose first 1 a single does not write.
  const first = 31 - Math.clz32(fraction);
  return sign | ((first + 103) << 23) | ((fraction << (23 - first)) & 0x7fffff);
}

function halfBits(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const size = single & 0x7fffffff;
  // A quiet one, with as much of what it carries as there is room for.
  if (size > 0x7f800000) return sign | 0x7e00 | ((size >>> 13) & 0x1ff);
  // From 65520 on, which lies half way to what would be the next.
  if (size >= 0x477ff000) return sign | 0x7c00;
  // From 2⁻¹⁴ on: a carry out of the fraction makes the exponent larger by one, as it must.
  if (size >= 0x38800000) return sign | (rounded(size, 13) - (112 << 10));
  const exponent = size >>> 23;
  if (exponent < 102) return sign;
  return sign | rounded((size & 0x7fffff) | 0x800000, 126 - exponent);
}

/** `bits` without the last `count`, rounded to the nearest, of two as near to the even one. */
function rounded(bits: number, count: number): number {
  const odd = (bits >>> count) & 1;
  return (bits + (1 << (count - 1)) - 1 + odd) >>> count;
}
