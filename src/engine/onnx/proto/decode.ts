import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { ImagoError, messageOf } from "../../errors.js";
import { type FieldValue, type ProtoRecord, wireTypes } from "./encode.js";
import type { Field, Message, ScalarKind } from "./schema.js";

/** Messages inside messages. Each sub-graph takes three; protobuf's own readers stop here too. */
const deepestNesting = 100;

/**
 * Messages and fields of bytes in a file, which may take two bytes of it each and hundreds of memory. Files of large language models
 * have a million.
 */
const mostRecords = 2 ** 22;
/** Elements of one list. Many more no array holds; such tensors stand as bytes. */
const mostElements = 2 ** 26;

/**
 * Reads a message as plain data, the mirror of `encode`: repeated numbers are taken packed or not,
 * fields that the schema does not list are skipped, 64-bit integers are numbers where a number holds
 * them exactly and `bigint` where not, absent fields are absent.
 *
 * Memory and time are bounded by the length of `bytes`: no count or length in the file is believed before
 * it is compared with what follows it, and messages and elements are counted.
 *
 * @param name the file, for errors
 * @throws ImagoError naming the field and the byte where the bytes end early or are not this message
 */
export function decode(
  message: Message,
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions = {},
): ProtoRecord {
  return new Decoder(bytes, name, options).message(message, bytes.length, 0);
}

export interface DecodeOptions {
  /**
   * Copy every field of bytes to a buffer of its own, so that the record does not hold the file. Default: false, they
   * are parts of the file's bytes.
   */
  readonly own?: boolean;
  /** Messages and fields of bytes at most. Default: 4 million. */
  readonly mostRecords?: number;
  /** Elements of one list at most. Default: 67 million. */
  readonly mostElements?: number;
}

type FieldsByNumber = ReadonlyMap<number, readonly [string, Field]>;

class Decoder {
  readonly #reader: BinaryReader;
  readonly #name: string;
  readonly #limits: Required<DecodeOptions>;
  readonly #fields = new Map<Message, FieldsByNumber>();
  #records = 0;

  constructor(bytes: Uint8Array, name: string, options: DecodeOptions) {
    this.#limits = { own: false, mostRecords, mostElements, ...options };
    this.#reader = new BinaryReader(bytes);
    this.#name = name;
  }

  /** The message that takes the bytes from the reader's position to `end`. */
  message(message: Message, end: number, depth: number): ProtoRecord {
    const fields = this.#fieldsOf(message);
    const record: Record<string, FieldValue> = {};
    while (this.#reader.pos < end) {
      const [number, wire] = this.#guard(message.name, end, () => this.#reader.tag());
      const known = fields.get(number);
      const where = known === undefined ? message.name : `${message.name}.${known[0]}`;
      if (known === undefined) this.#guard(where, end, () => this.#reader.skip(wire, number));
      else this.#field(record, known, { wire, where, end, depth });
    }
    return record;
  }

  #field(record: Record<string, FieldValue>, [name, { kind, repeated }]: readonly [string, Field], at: At) {
    if (!repeated) {
      record[name] = this.#element(kind, at);
      return;
    }
    let list = record[name] as FieldValue[] | undefined;
    if (list === undefined) {
      list = [];
      record[name] = list;
    }
    const packable = typeof kind === "string" && wireTypes[kind] !== WireType.LengthDelimited;
    if (packable && at.wire === WireType.LengthDelimited) this.#packed(kind, list, at);
    else this.#push(list, this.#element(kind, at), at);
  }

  #push(list: FieldValue[], element: FieldValue, { where }: At): void {
    if (list.length >= this.#limits.mostElements) {
      throw new ImagoError(
        `${this.#name}: ${where} has more than ${this.#limits.mostElements} elements; the file is altered, or made to fill the memory`,
      );
    }
    list.push(element);
  }

  /** Counts what takes much more memory than its bytes in the file. */
  #count(where: string): void {
    if (++this.#records <= this.#limits.mostRecords) return;
    throw new ImagoError(
      `${this.#name}: more than ${this.#limits.mostRecords} messages and fields of bytes stand before ${where}; ` +
        "the file is altered, or made to fill the memory",
    );
  }

  #packed(kind: ScalarKind, into: FieldValue[], at: At): void {
    const end = this.#length(at);
    while (this.#reader.pos < end)
      this.#push(
        into,
        this.#guard(at.where, end, () => this.#scalar(kind)),
        at,
      );
  }

  #element(kind: Field["kind"], at: At): FieldValue {
    const expected = typeof kind === "string" ? wireTypes[kind] : WireType.LengthDelimited;
    if (at.wire !== expected) {
      throw this.#altered(at.where, `its wire type is ${at.wire}, expected ${expected}`);
    }
    if (expected === WireType.LengthDelimited && kind !== "string") this.#count(at.where);
    if (typeof kind === "string") return this.#guard(at.where, at.end, () => this.#scalar(kind));
    if (at.depth >= deepestNesting) {
      throw this.#altered(at.where, `messages are nested deeper than ${deepestNesting}`);
    }
    return this.message(kind, this.#length(at), at.depth + 1);
  }

  /** Reads a length; returns the position that many bytes on. */
  #length({ where, end }: At): number {
    const length = this.#guard(where, end, () => this.#reader.uint32());
    if (length > end - this.#reader.pos) throw this.#ended(where);
    return this.#reader.pos + length;
  }

  #scalar(kind: ScalarKind): FieldValue {
    const reader = this.#reader;
    switch (kind) {
      case "string":
        return reader.string(true);
      case "bytes":
        return this.#limits.own ? new Uint8Array(reader.bytes()) : reader.bytes();
      case "float":
        return reader.float();
      case "double":
        return reader.double();
      case "int32":
        return reader.int32();
      case "int64":
        return narrow(BigInt(reader.int64()));
      case "uint64":
        return narrow(BigInt(reader.uint64()));
    }
  }

  /** Runs one read and explains what the wire reader throws; nothing may be read beyond `end`. */
  #guard<T>(where: string, end: number, read: () => T): T {
    let result: T;
    try {
      result = read();
    } catch (error) {
      if (error instanceof RangeError || this.#reader.pos > end) throw this.#ended(where);
      throw this.#altered(where, messageOf(error));
    }
    if (this.#reader.pos > end) throw this.#ended(where);
    return result;
  }

  #ended(where: string): ImagoError {
    const at = Math.min(this.#reader.pos, this.#reader.len);
    return new ImagoError(
      `${this.#name}: the file ends inside ${where} at byte ${at}; it is truncated or altered`,
    );
  }

  #altered(where: string, why: string): ImagoError {
    return new ImagoError(
      `${this.#name}: ${where} cannot be read at byte ${this.#reader.pos} (${why}); the file is altered, or is no ONNX model`,
    );
  }

  #fieldsOf(message: Message): FieldsByNumber {
    let fields = this.#fields.get(message);
    if (fields === undefined) {
      fields = new Map(Object.entries(message.fields).map((entry) => [entry[1].number, entry]));
      this.#fields.set(message, fields);
    }
    return fields;
  }
}

/** Where a field stands. */
interface At {
  readonly wire: WireType;
  /** Message and field, for errors. */
  readonly where: string;
  /** The position at which the message around it ends. */
  readonly end: number;
  readonly depth: number;
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
