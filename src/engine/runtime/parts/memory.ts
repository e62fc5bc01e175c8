import { ImagoError } from "../../errors.js";
import { bytesPerElement, viewBytes } from "../../tensor/dtype.js";
import { sameShape, sizeOf } from "../../tensor/shape.js";
import { formatType, Tensor, type TensorType } from "../../tensor/tensor.js";
import type { Tensors } from "../runtime.js";

/** Where a tensor lies in a block of memory. */
export interface Place extends TensorType {
  readonly name: string;
  /** In bytes. */
  readonly offset: number;
}

/** Tensors behind each other in one block of memory, which is copied as a whole. */
export interface Layout {
  readonly places: readonly Place[];
  readonly bytes: number;
}

/** Each tensor begins where a line of the processor's cache does. */
const line = 64;

export function layoutOf(types: ReadonlyMap<string, TensorType>): Layout {
  let bytes = 0;
  const places = Array.from(types, ([name, { dtype, shape }]): Place => {
    const offset = bytes;
    bytes += Math.ceil((sizeOf(shape) * bytesPerElement(dtype)) / line) * line;
    return { name, dtype, shape, offset };
  });
  return { places, bytes };
}

/** The tensors of a layout, looking at the memory. */
export function tensorsIn({ places }: Layout, memory: ArrayBufferLike): Record<string, Tensor> {
  return Object.fromEntries(
    places.map(({ name, dtype, shape, offset }) => [
      name,
      new Tensor(dtype, shape, viewBytes(dtype, memory, offset, sizeOf(shape))),
    ]),
  );
}

/** Copies tensors to their places. @throws ImagoError where one is missing or of another type, naming it */
export function writeTensors(to: Tensors, from: Tensors): void {
  for (const [name, place] of Object.entries(to)) {
    const given = from[name];
    if (given === undefined || given.dtype !== place.dtype || !sameShape(given.shape, place.shape)) {
      const received = given === undefined ? "nothing" : formatType(given);
      throw new ImagoError(`input "${name}": expected ${formatType(place)}, received ${received}`);
    }
    place.data.set(given.data as never);
  }
}

/** A text that equal layouts share and others do not. */
export function keyOfLayout({ places }: Layout): string {
  return places.map((place) => `${place.name}:${formatType(place)}`).join(";");
}
