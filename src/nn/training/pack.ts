import { ImagoError, shown } from "../../engine/errors.js";
import { Tensor } from "../../engine/tensor/tensor.js";

/** The keys that stand for what JSON has not. */
const tensorKey = "$tensor";
const numberKey = "$number";

/**
 * A value as JSON: tensors are taken out and stand under names, NaN and infinities become texts.
 *
 * @param prefix what the tensors' names begin with
 * @param tensors gets the tensors by name
 * @throws on what is neither number, text, flag, `null`, tensor, list nor plain record
 */
export function pack(value: unknown, prefix: string, tensors: Record<string, Tensor>): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : { [numberKey]: String(value) };
  if (value instanceof Tensor) {
    tensors[prefix] = value;
    return { [tensorKey]: prefix };
  }
  if (Array.isArray(value)) return value.map((item, index) => pack(item, `${prefix}/${index}`, tensors));
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, pack(item, `${prefix}/${key}`, tensors)]));
  }
  throw new ImagoError(
    `${prefix}: only numbers, texts, true, false, null, tensors, and lists and records of them can be saved, ` +
      `received ${typeof value === "object" ? "another object" : `a ${typeof value}`}`,
  );
}

/** Those that JSON has not, as `String` writes them. */
const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function numberOf(text: unknown): number {
  const found = typeof text === "string" && Object.hasOwn(numbers, text) ? numbers[text] : undefined;
  if (found === undefined) throw new ImagoError(`${shown(text)} is no number that JSON has not`);
  return found;
}

/** What {@link pack} was given. @throws ImagoError where it was changed, and names what is not there */
export function unpack(packed: unknown, tensors: Readonly<Record<string, Tensor>>): unknown {
  if (Array.isArray(packed)) return packed.map((item) => unpack(item, tensors));
  if (typeof packed !== "object" || packed === null) return packed;
  const record = packed as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(record, numberKey)) return numberOf(record[numberKey]);
  if (Object.hasOwn(record, tensorKey)) {
    const name = record[tensorKey];
    const found = typeof name === "string" && Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (found === undefined) throw new ImagoError(`there is no tensor ${shown(name)}`);
    return found;
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, unpack(item, tensors)]));
}
