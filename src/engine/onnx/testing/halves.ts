import { narrowHalf } from "../../tensor/float16.js";
import type { ProtoRecord } from "../proto/encode.js";
import { node } from "./foreign.js";

/** Numbers that half precision holds. */
export const elements = [1.5, -2, 0.25, 65_504, 2 ** -24, 0];
export const bits = narrowHalf(Float32Array.from(elements));
export const raw = new Uint8Array(bits.buffer);

/** A float16 tensor of {@link elements}. */
export const half = (more: ProtoRecord = { rawData: raw }, name = "w16"): ProtoRecord => ({
  name,
  dims: [2, 3],
  dataType: 10,
  ...more,
});

/** The same in float32. */
export const single = (name: string): ProtoRecord => ({
  name,
  dims: [2, 3],
  dataType: 1,
  floatData: elements,
});

export const cast = (from: string, name: string, elementType = 1): ProtoRecord =>
  node("Cast", [from], [name], [{ name: "to", i: elementType, type: 2 }]);

export const constant = (tensor: ProtoRecord, name = "w16"): ProtoRecord =>
  node("Constant", [], [name], [{ name: "value", t: tensor, type: 4 }]);
