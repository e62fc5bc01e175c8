import { ImagoError } from "../../../engine/errors.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { gatherRows } from "../../../nn/data/rows.js";
import { targetName } from "./source.js";

/** What soft targets are of. */
export interface SoftTargetsInfo {
  /** Digest of the inputs that they were computed for. */
  readonly data: string;
  /** Digest of the teachers. */
  readonly teachers: string;
  readonly rows: number;
  /** How many views there are of each row. Absent: the rows as they stand. */
  readonly views?: number | undefined;
  /** Seed of the views. */
  readonly seed: number;
  /** Digest of the first rows under every view, which tells one augmentation from another. Absent without views. */
  readonly sample?: string | undefined;
  /** The teacher's outputs. */
  readonly outputs: readonly string[];
  /** How many teachers there are. */
  readonly count: number;
  /** What outputs are, where that was said. */
  readonly gives?: "logits" | "probabilities" | undefined;
  /** What a user should know of them. */
  readonly warnings?: readonly string[] | undefined;
}

/** What teachers say of data, computed before: their logits by view, row and output. */
export class SoftTargets {
  readonly info: SoftTargetsInfo;
  /** By `teacher/OUTPUT/INDEX`: `[views, rows, …, classes]`. */
  readonly #tensors: Readonly<Record<string, Tensor>>;

  constructor(info: SoftTargetsInfo, tensors: Readonly<Record<string, Tensor>>) {
    this.info = info;
    const views = info.views ?? 1;
    for (const output of info.outputs) {
      for (let index = 0; index < info.count; index++) {
        const tensor = tensors[targetName(output, index)];
        if (tensor?.shape[0] === views && tensor.shape[1] === info.rows && tensor.dtype === "float32")
          continue;
        throw new ImagoError(
          `soft targets: there is no "${targetName(output, index)}" of ${views} views of ${info.rows} rows`,
        );
      }
    }
    this.#tensors = tensors;
  }

  /** One teacher's logits for some rows under one view: `[rows, …, classes]`. */
  rows(output: string, index: number, rows: ArrayLike<number>, view: number): Tensor {
    const all = this.#tensors[targetName(output, index)] as Tensor;
    const flat = all.reshape([sizeOf(all.shape.slice(0, 2)), ...all.shape.slice(2)]);
    return gatherRows(
      flat,
      Array.from(rows, (row) => view * this.info.rows + row),
    );
  }

  /** All logits of a teacher under one view: `[rows, …, classes]`. */
  logits(output: string, index = 0, view = 0): Tensor {
    const rows = Array.from({ length: this.info.rows }, (_, row) => row);
    return this.rows(output, index, rows, view);
  }

  /** By `teacher/OUTPUT/INDEX`, looking at the same memory. */
  get tensors(): Readonly<Record<string, Tensor>> {
    return this.#tensors;
  }
}
