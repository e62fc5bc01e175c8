import { ImagoError } from "../../errors.js";
import type { Value } from "../../graph/graph.js";
import { type DType, isFloat } from "../../tensor/dtype.js";

/** Classes of element types that operators are defined for; `numeric` is all but bool. */
export type ElementKind = "floating-point" | "numeric" | "signed" | "integer" | "unsigned" | "bool" | "any";

function isOfKind(dtype: DType, kind: ElementKind): boolean {
  switch (kind) {
    case "floating-point":
      return isFloat(dtype);
    case "numeric":
      return dtype !== "bool";
    case "signed":
      return isFloat(dtype) || dtype === "int32" || dtype === "int64";
    case "integer":
      return dtype !== "bool" && !isFloat(dtype);
    case "unsigned":
      return dtype === "uint8" || dtype === "uint32" || dtype === "uint64";
    case "bool":
      return dtype === "bool";
    case "any":
      return true;
  }
}

/** @throws when the elements of `value` are not of `kind` */
export function requireKind(value: Value, kind: ElementKind): void {
  if (!isOfKind(value.dtype, kind)) {
    throw new ImagoError(`expected ${kind} elements, %${value.name} has ${value.dtype}`);
  }
}
