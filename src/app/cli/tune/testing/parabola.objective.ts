import { float, split } from "../../../../methods/tune/index.js";

/** A script for `imago tune`, with sealed test data. */
export const space = { x: float(-1, 1) };
export const seed = 3;

const { test } = split(
  { x: Array.from({ length: 20 }, (_, row) => row) },
  { validation: 0.25, test: 0.25, shuffle: false },
);

export { test };

export function objective({
  params,
  repeat,
}: {
  readonly params: { readonly x: number };
  readonly repeat: number;
}) {
  return params.x ** 2 + 0.01 * repeat;
}

export function measure(
  data: { readonly x: readonly number[] },
  { params }: { readonly params: { readonly x: number } },
) {
  return data.x.map((row) => params.x ** 2 + row / 100);
}
