import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Generator } from "../../engine/random/generator.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { drawn } from "./drawn.js";
import type { Initializer } from "./initializer.js";

export interface OrthogonalOptions {
  /** Factor of all elements. Default: 1. */
  readonly gain?: number | undefined;
}

/**
 * `count` orthonormal vectors of `size` elements, evenly spread over all such sets: random normal vectors,
 * orthogonalised one after another (modified Gram-Schmidt). This is the Q of a QR decomposition whose R has a
 * positive diagonal, as Mezzadri, "How to generate random matrices from the classical compact groups", 2007,
 * asks for. Float64 leaves an error far below float32's resolution.
 */
function orthonormal(count: number, size: number, random: Generator): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length: size }, () => random.normal());
    for (const done of vectors) subtractProjection(vector, done);
    const norm = Math.sqrt(dot(vector, vector));
    // Of probability 0: a vector that depends on those before it is drawn again.
    if (norm > 1e-12) vectors.push(vector.map((x) => x / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  // Four sums at once: one alone would wait for each addition to end.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += (a[i] as number) * (b[i] as number);
    s1 += (a[i + 1] as number) * (b[i + 1] as number);
    s2 += (a[i + 2] as number) * (b[i + 2] as number);
    s3 += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (let i = whole; i < a.length; i++) s0 += (a[i] as number) * (b[i] as number);
  return s0 + s1 + (s2 + s3);
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const along = dot(vector, unit);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - along * (unit[i] as number);
}

const fields = { gain: number({ default: 1 }) } satisfies FieldsOf<OrthogonalOptions>;

/**
 * A random matrix with orthonormal columns, or orthonormal rows where it is wider than high. All axes but the
 * last together are the rows. Keeps the length of a recurrent state from growing or shrinking.
 *
 * Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014.
 *
 * @throws {ImagoError} `make` does, for a shape of rank below 2.
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const config = readOptions("orthogonal", options, fields);
  return {
    name: "orthogonal",
    config,
    make: (shape, random) => {
      if (shape.length < 2) {
        throw new ImagoError(
          `orthogonal: expected a shape of rank 2 or more, received ${formatShape(shape)}.`,
        );
      }
      const columns = shape.at(-1) as number;
      const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const tall = rows >= columns;
      const vectors = orthonormal(Math.min(rows, columns), Math.max(rows, columns), random);
      let at = 0;
      return drawn(shape, () => {
        const row = Math.floor(at / columns);
        const column = at++ % columns;
        const value = tall ? vectors[column]?.[row] : vectors[row]?.[column];
        return config.gain * (value as number);
      });
    },
  };
}
