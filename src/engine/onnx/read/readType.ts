import { ImagoError } from "../../errors.js";
import { dtypeOfElement } from "../../ops/define/elementType.js";
import type { DType } from "../../tensor/dtype.js";
import type { TensorType } from "../../tensor/tensor.js";
import type { ValueInfoRecord } from "../proto/records.js";
import { readShape } from "./readTensor.js";

/** The type that a file declares for an input or output. */
export interface DeclaredType {
  readonly dtype: DType;
  /** Sizes, the names of open ones, `undefined` for open ones without a name; absent: of any rank. */
  readonly sizes: readonly (number | string | undefined)[] | undefined;
  /** The concrete type, where all sizes are stated or given by name in `dimensions`. */
  readonly type: TensorType | undefined;
}

/** @param batch what an open first axis is. Default: it stays open. */
export function readType(
  record: ValueInfoRecord,
  dimensions: ReadonlyMap<string, number>,
  batch?: number,
): DeclaredType {
  const where = `input "${record.name ?? ""}"`;
  const tensorType = record.type?.tensorType;
  if (tensorType === undefined) throw new ImagoError(`${where} is no tensor, or has no type`);
  const dtype = dtypeOf(tensorType.elemType ?? 0, where);
  const sizes = tensorType.shape === undefined ? undefined : (tensorType.shape.dim ?? []).map(sizeOrName);
  if (sizes === undefined) return { dtype, sizes, type: undefined };
  const known = sizes.map((size, axis) => {
    const given = typeof size === "string" ? dimensions.get(size) : size;
    return given ?? (axis === 0 ? batch : undefined);
  });
  const shape = known.filter((size) => size !== undefined);
  return {
    dtype,
    sizes,
    type: shape.length < known.length ? undefined : { dtype, shape: readShape(shape, where) },
  };
}

/** A size below 0 stands for an open one in some files. */
function sizeOrName(dim: { dimValue?: number | bigint; dimParam?: string }): number | string | undefined {
  if (dim.dimParam !== undefined && dim.dimParam !== "") return dim.dimParam;
  return dim.dimValue === undefined || dim.dimValue < 0 ? undefined : Number(dim.dimValue);
}

function dtypeOf(elementType: number, where: string): DType {
  try {
    return dtypeOfElement(elementType);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(`${where}: ${error.message}`, { cause: error });
  }
}
