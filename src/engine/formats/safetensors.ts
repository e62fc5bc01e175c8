import { aTensor, bytes as given } from "../arguments.js";
import { ImagoError, shown } from "../errors.js";
import { isRecord, parseJson } from "../files/parseJson.js";
import { byName, readOptions, text } from "../options.js";
import { widenBfloat16 } from "../tensor/bfloat16.js";
import { bytesPerElement, type DType, viewBytes } from "../tensor/dtype.js";
import { widenHalf } from "../tensor/float16.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { formatType, Tensor } from "../tensor/tensor.js";

/** The format's names of the element types, in the order in which the Python package lays tensors out. */
const formatNames: Readonly<Record<DType, string>> = {
  uint64: "U64",
  int64: "I64",
  float64: "F64",
  float32: "F32",
  uint32: "U32",
  int32: "I32",
  uint8: "U8",
  bool: "BOOL",
};
const layoutOrder = Object.keys(formatNames) as DType[];

/** Element types of 16 bits, which are read as float32. */
interface HalfType {
  readonly name: string;
  readonly widen: (halves: Uint16Array) => Float32Array;
}

const halfTypes: ReadonlyMap<unknown, HalfType> = new Map([
  ["F16", { name: "float16", widen: widenHalf }],
  ["BF16", { name: "bfloat16", widen: widenBfloat16 }],
]);

/** The reference implementation's limit. */
const longestHeader = 100_000_000;

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

/**
 * The bytes of a safetensors file: the length of a header as a 64-bit integer, the header as JSON padded
 * with spaces to 8 bytes, then every tensor's elements, little-endian.
 *
 * Equal tensors give equal bytes whatever their order: they are laid out by element type, widest first, so
 * that each lies aligned, and by name within a type; metadata are sorted by key. For one metadata key or
 * none, these are also the bytes that the Python package `safetensors` writes.
 *
 * @throws when a tensor is called `__metadata__`, which the format keeps for itself
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  byName(aTensor, "tensors by their names").read("writeSafetensors", "tensors", tensors);
  const entries = Object.entries(tensors).sort(([nameA, a], [nameB, b]) => {
    const order = layoutOrder.indexOf(a.dtype) - layoutOrder.indexOf(b.dtype);
    return order !== 0 ? order : nameA < nameB ? -1 : 1;
  });
  let offset = 0;
  const described = entries.map(([name, { dtype, shape, byteLength }]) => {
    if (name === metadataKey) throw new ImagoError(`a tensor cannot be named "${metadataKey}"`);
    const entry = { dtype: formatNames[dtype], shape, data_offsets: [offset, offset + byteLength] };
    offset += byteLength;
    return jsonEntry(name, entry);
  });
  const sorted = Object.entries(metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const head = metadata === undefined ? [] : [jsonEntry(metadataKey, Object.fromEntries(sorted))];
  const json = new TextEncoder().encode(`{${[...head, ...described].join(",")}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let position = 8 + headerLength;
  for (const [, tensor] of entries) {
    bytes.set(tensor.bytes, position);
    position += tensor.byteLength;
  }
  return bytes;
}

const metadataKey = "__metadata__";

/** Written by hand because an object's keys that look like numbers would change their places. */
function jsonEntry(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

const readFields = { name: text("safetensors") };

/**
 * Reads a safetensors file. The tensors have elements of their own. Everything that the header claims is
 * checked before anything is allocated: its length, its form, that every tensor has as many bytes as its
 * shape and type take, and that the tensors fill the rest of the file without gap or overlap.
 *
 * Half precision (F16, BF16) becomes float32, which holds each of its numbers exactly.
 *
 * @param options.name what errors call the file; default `"safetensors"`
 * @throws ImagoError when the file is truncated or altered, or has an element type other than F16, BF16,
 * F32, F64, I32, I64, U8, U32, U64 and BOOL
 */
export function readSafetensors(bytes: Uint8Array, options: { readonly name?: string } = {}): Safetensors {
  given.read("readSafetensors", "bytes", bytes);
  const { name: file } = readOptions("readSafetensors", options, readFields);
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof ImagoError) throw new ImagoError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function read(bytes: Uint8Array): Safetensors {
  const headerLength = lengthOfHeader(bytes);
  const header = parseHeader(bytes.subarray(8, 8 + headerLength));
  const data = bytes.subarray(8 + headerLength);
  const metadata = Object.hasOwn(header, metadataKey) ? readMetadata(header[metadataKey]) : {};
  const places = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, entry]) => readPlace(name, entry));
  checkCover(places, data.length);
  const tensors = places.map((place) => [place.name, readElements(place, data)] as const);
  return { tensors: Object.fromEntries(tensors), metadata };
}

function lengthOfHeader(bytes: Uint8Array): number {
  if (bytes.length < 8) {
    throw new ImagoError(`the file has ${bytes.length} bytes, too few for a header; it is truncated`);
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > longestHeader) {
    throw new ImagoError(
      `the header claims ${length} bytes, the most allowed is ${longestHeader}; the file is altered or no safetensors file`,
    );
  }
  if (length > bytes.length - 8) {
    throw new ImagoError(
      `the header claims ${length} bytes, the file has ${bytes.length - 8} after its length; it is truncated or altered`,
    );
  }
  return length;
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ImagoError("the header is not UTF-8; the file is altered or no safetensors file", { cause });
  }
  const header = parseJson(text, "the header", "the file is altered or no safetensors file");
  if (!isRecord(header)) throw new ImagoError("the header is no JSON object; the file is altered");
  return header;
}

function readMetadata(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : undefined;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === "string") !== true) {
    throw new ImagoError(`${metadataKey} must map texts to texts; the file is altered`);
  }
  return Object.fromEntries(entries as [string, string][]);
}

/** Where a tensor lies among the data, as the header says. */
interface Place {
  readonly name: string;
  readonly dtype: DType;
  /** Where it is of half precision, how its elements become those of `dtype`. */
  readonly half: HalfType | undefined;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function readPlace(name: string, entry: unknown): Place {
  const where = `tensor "${name}"`;
  if (!isRecord(entry)) throw new ImagoError(`${where}: its entry is no JSON object; the file is altered`);
  const { dtype: typeName, shape, data_offsets: offsets } = entry;
  const half = halfTypes.get(typeName);
  const dtype =
    half === undefined
      ? layoutOrder.find((candidate) => formatNames[candidate] === typeName)
      : ("float32" as const);
  if (dtype === undefined) {
    const supported = [...Object.values(formatNames), ...halfTypes.keys()].join(", ");
    throw new ImagoError(
      typeof typeName === "string"
        ? `${where}: element type ${shown(typeName)} is not supported; supported are ${supported}`
        : `${where}: dtype must be one of ${supported}, received ${shown(typeName)}; the file is altered`,
    );
  }
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new ImagoError(
      `${where}: shape and data_offsets must be lists of whole numbers from 0; the file is altered`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const expected = sizeOf(shape) * (half === undefined ? bytesPerElement(dtype) : 2);
  if (end - begin !== expected) {
    const type = half === undefined ? formatType({ dtype, shape }) : `${half.name}${formatShape(shape)}`;
    throw new ImagoError(
      `${where}: ${type} takes ${expected} bytes, its offsets ${begin} to ${end} hold ${end - begin}; the file is altered`,
    );
  }
  return { name, dtype, half, shape, begin, end };
}

function checkCover(places: readonly Place[], length: number): void {
  const ordered = [...places].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of ordered) {
    if (begin !== position) {
      const what = begin < position ? "overlaps the tensor before it" : "leaves a gap before it";
      throw new ImagoError(
        `tensor "${name}" begins at ${begin}, expected ${position}: it ${what}; the file is altered`,
      );
    }
    position = end;
  }
  if (position !== length) {
    const what = position > length ? "truncated" : "altered";
    throw new ImagoError(
      `the tensors take ${position} bytes, the file holds ${length} after its header; it is ${what}`,
    );
  }
}

function readElements({ name, dtype, half, shape, begin, end }: Place, data: Uint8Array): Tensor {
  // Not slice(): that of Node's Buffer copies nothing, and elements must lie aligned.
  const own = new Uint8Array(data.subarray(begin, end));
  if (dtype === "bool" && own.some((byte) => byte > 1)) {
    throw new ImagoError(`tensor "${name}": BOOL holds a byte that is neither 0 nor 1; the file is altered`);
  }
  if (half !== undefined) return new Tensor("float32", shape, half.widen(new Uint16Array(own.buffer)));
  return new Tensor(dtype, shape, viewBytes(dtype, own.buffer, own.byteOffset, sizeOf(shape)));
}
