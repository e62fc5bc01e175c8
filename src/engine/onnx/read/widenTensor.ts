import { ImagoError } from "../../errors.js";
import { elementTypeOf } from "../../ops/define/elementType.js";
import { widenBfloat16 } from "../../tensor/bfloat16.js";
import { widenHalf } from "../../tensor/float16.js";
import { formatShape, sizeOf } from "../../tensor/shape.js";
import type { TensorRecord } from "../proto/records.js";
import { checkLength, type ExternalData, externalBytes, type Taken } from "./externalBytes.js";
import { readShape } from "./readTensor.js";

interface HalfType {
  readonly name: string;
  readonly widen: (halves: Uint16Array) => Float32Array;
}

/** The element types of half precision by ONNX's numbers. */
const halfTypes: ReadonlyMap<number, HalfType> = new Map([
  [10, { name: "float16", widen: widenHalf }],
  [16, { name: "bfloat16", widen: widenBfloat16 }],
]);

export const isHalf = ({ dataType = 0 }: TensorRecord): boolean => halfTypes.has(dataType);

/**
 * A tensor of half precision with its elements in float32, which holds them exactly.
 *
 * @param where what holds the tensor, for errors
 * @throws ImagoError when the data are not as many as the dims say, which is checked before anything is allocated
 */
export function widenTensor(
  record: TensorRecord,
  where: string,
  external: ExternalData | undefined,
): TensorRecord {
  const { dims = [], dataType = 0, name } = record;
  const half = halfTypes.get(dataType);
  if (half === undefined) return record;
  const shape = readShape(dims, where);
  const taken = { type: `${half.name}${formatShape(shape)}`, expected: 2 * sizeOf(shape) };
  const wide = half.widen(bitsOf(record, taken, where, external));
  return {
    dims,
    dataType: elementTypeOf("float32"),
    ...(name === undefined ? {} : { name }),
    rawData: new Uint8Array(wide.buffer),
  };
}

function bitsOf(
  record: TensorRecord,
  taken: Taken,
  where: string,
  external: ExternalData | undefined,
): Uint16Array {
  const { rawData, int32Data = [], dataLocation } = record;
  if (dataLocation === 1) return fromBytes(externalBytes(record, taken, where, external), taken, where);
  if (rawData !== undefined && (rawData.length > 0 || taken.expected === 0)) {
    return fromBytes(rawData, taken, where);
  }
  const count = taken.expected / 2;
  if (int32Data.length !== count) {
    throw new ImagoError(
      `${where}: ${taken.type} has ${count} elements, the file holds ${int32Data.length}; it is truncated or altered`,
    );
  }
  const odd = int32Data.find((bits) => bits < 0 || bits > 0xffff);
  if (odd !== undefined) {
    throw new ImagoError(`${where}: ${odd} is not 16 bits of ${taken.type}; the file is altered`);
  }
  return Uint16Array.from(int32Data);
}

function fromBytes(bytes: Uint8Array, taken: Taken, where: string): Uint16Array {
  checkLength(taken, bytes, where);
  // A copy, because elements must lie aligned.
  return new Uint16Array(new Uint8Array(bytes).buffer);
}
