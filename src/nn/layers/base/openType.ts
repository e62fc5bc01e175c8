import type { DType } from "../../../engine/tensor/dtype.js";

/** Sizes of every axis; `null` for one that is open until data comes (the batch, mostly). */
export type OpenShape = readonly (number | null)[];

export interface OpenType {
  readonly dtype: DType;
  readonly shape: OpenShape;
}
