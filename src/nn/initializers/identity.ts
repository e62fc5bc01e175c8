import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { drawn } from "./drawn.js";
import type { Initializer } from "./initializer.js";

export interface IdentityOptions {
  /** The elements on the diagonal. Default: 1. */
  readonly gain?: number | undefined;
}

const fields = { gain: number({ default: 1 }) } satisfies FieldsOf<IdentityOptions>;

/**
 * The identity matrix times `gain`; cut or filled with zeros where it is not square.
 *
 * @throws {ImagoError} `make` does, for a shape that is not a matrix.
 */
export function identity(options: IdentityOptions = {}): Initializer {
  const config = readOptions("identity", options, fields);
  return {
    name: "identity",
    config,
    make: (shape) => {
      const [, columns] = shape;
      if (shape.length !== 2 || columns === undefined) {
        throw new ImagoError(`identity: expected the shape of a matrix, received ${formatShape(shape)}.`);
      }
      let at = 0;
      return drawn(shape, () => {
        const onDiagonal = Math.floor(at / columns) === at % columns;
        at++;
        return onDiagonal ? config.gain : 0;
      });
    },
  };
}
