import { number, type ReadOf } from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import { maskedDense } from "../../../nn/layers/core/maskedDense.js";
import { concatenate } from "../../../nn/layers/merging/concatenate.js";
import { lstm } from "../../../nn/layers/recurrent/lstm.js";
import { type Model, model } from "../../../nn/models/model.js";

/** How {@link PictureNetworkConfig} is read. */
export const pictureNetworkFields = {
  units: number({ default: 256, min: 1, max: 8192, integer: true, help: "units of the recurrent layer" }),
  hidden: number({ default: 512, min: 1, max: 8192, integer: true, help: "units of each layer of the head" }),
};

/** The shape of a network that draws pictures row by row. */
export type PictureNetworkConfig = ReadOf<typeof pictureNetworkFields>;

export interface PictureNetworkOptions {
  readonly width: number;
  readonly seed?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/**
 * The pixels of a row in turn: each depends on what the rows above have left behind (the recurrent state, and the row just above), and on
 * the pixels before it in its own row.
 */
function head({ units, hidden }: PictureNetworkConfig, width: number) {
  const before = new Array<number>(units + width).fill(0);
  const inTurn = Array.from({ length: width }, (_, at) => at + 1);
  // From 0, which sees the rows above alone, to what all but the last pixel may be seen by.
  const degrees = Array.from({ length: hidden }, (_, at) => at % width);
  const first = maskedDense({
    inputDegrees: [...before, ...inTurn],
    degrees,
    activation: "relu",
    kernelInitializer: "heUniform",
    name: "head_0",
  });
  const second = maskedDense({
    inputDegrees: degrees,
    degrees,
    activation: "relu",
    kernelInitializer: "heUniform",
    name: "head_1",
  });
  const last = maskedDense({ inputDegrees: degrees, degrees: inTurn, strict: true, name: "ink" });
  return (state: SymbolicTensor, above: SymbolicTensor, row: SymbolicTensor): SymbolicTensor =>
    last(second(first(concatenate()([state, above, row]))));
}

/** Rows above each row and the rows themselves, float32 `[batch, height, width]` each, to the logits of ink, `[batch, height, width]`. */
export function pictureNetwork(
  config: PictureNetworkConfig,
  { width, seed = 0, runtime }: PictureNetworkOptions,
): Model {
  const above = input({ shape: [null, width], name: "above" });
  const row = input({ shape: [null, width], name: "row" });
  const state = lstm({ units: config.units, returnSequences: true, name: "rows" })(above);
  const ink = head(config, width)(state, above, row);
  return model({ inputs: { above, row }, outputs: { ink }, name: "pictures", seed, runtime }) as Model;
}

/** The recurrent layer alone, for one row at a time: `above` `[batch, 1, width]` and its two states to the new states. */
export function rowStepNetwork({ units }: PictureNetworkConfig, width: number): Model {
  const above = input({ shape: [1, width], name: "above" });
  const h = input({ shape: [units], name: "h" });
  const c = input({ shape: [units], name: "c" });
  const [_, nextH, nextC] = lstm({ units, returnState: true, name: "rows" })([above, h, c]);
  const outputs = { next_h: nextH as SymbolicTensor, next_c: nextC as SymbolicTensor };
  return model({ inputs: { above, h, c }, outputs, name: "pictures_row" }) as Model;
}

/** The head alone: a state, the row above and the row as far as it is drawn, `[batch, width]`, to the logits of ink, `[batch, width]`. */
export function headNetwork(config: PictureNetworkConfig, width: number): Model {
  const state = input({ shape: [config.units], name: "state" });
  const above = input({ shape: [width], name: "above" });
  const row = input({ shape: [width], name: "row" });
  const ink = head(config, width)(state, above, row);
  return model({ inputs: { state, above, row }, outputs: { ink }, name: "pictures_head" }) as Model;
}
