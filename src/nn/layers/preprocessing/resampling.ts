import { Tensor } from "../../../engine/tensor/tensor.js";

/** How pixels are mixed that lie at some distance from a place, in pixels: nothing beyond `support`. */
export interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

/** Mixes the two neighbours. */
export const triangle: Filter = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

/** Keys's cubic convolution (1981) with a coefficient: −0.75 as PyTorch has it, −0.5 where pixels are mixed. */
export function cubic(a: number): Filter {
  return {
    support: 2,
    weight: (distance) => {
      const x = Math.abs(distance);
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  };
}

/**
 * What share each pixel of a row of `from` has in each of `to` pixels, `[to, from]`: what is beyond an end is the last pixel again.
 */
export function interpolation(from: number, to: number, { support, weight }: Filter): Tensor {
  const shares = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = ((i + 0.5) * from) / to - 0.5;
    for (let j = Math.floor(place) - support + 1; j <= Math.floor(place) + support; j++) {
      const at = i * from + Math.min(Math.max(j, 0), from - 1);
      shares[at] = (shares[at] as number) + weight(place - j);
    }
  }
  return new Tensor("float32", [to, from], shares);
}

/**
 * The same where images become smaller: the filter is as much wider, so that every pixel has a share, and what is beyond an end has
 * none. As Pillow does it, and PyTorch with `antialias`.
 */
export function mixing(from: number, to: number, { support, weight }: Filter): Tensor {
  const shares = new Float32Array(to * from);
  const scale = Math.max(from / to, 1);
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to;
    const first = Math.max(Math.trunc(centre - support * scale + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support * scale + 0.5), from);
    const own = Array.from({ length: end - first }, (_, k) => weight((k + first - centre + 0.5) / scale));
    const sum = own.reduce((a, b) => a + b, 0);
    own.forEach((share, k) => {
      shares[i * from + first + k] = share / sum;
    });
  }
  return new Tensor("float32", [to, from], shares);
}
