import { describe, expect, it } from "vitest";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { dense } from "../core/dense.js";
import { input } from "../core/input.js";
import { bidirectional } from "./bidirectional.js";
import { gru } from "./gru.js";
import { lstm } from "./lstm.js";
import { simpleRNN } from "./simpleRNN.js";

describe("bidirectional", () => {
  it.each(layerCases("bidirectional"))('computes "$name" as Keras does', async (golden) => {
    await checkLayerCase(golden, { bidirectional, gru, lstm, simpleRNN });
  });

  it("gives each output its shape", () => {
    const x = input({ shape: [5, 3] });
    const layer = lstm({ units: 4, returnSequences: true, returnState: true });
    expect(bidirectional({ layer })(x).map(({ shape }) => shape)).toEqual([
      [null, 5, 8],
      ...new Array(4).fill([null, 4]),
    ]);
    expect(bidirectional({ layer: gru({ units: 4 }), mergeMode: "sum" })(x).shape).toEqual([null, 4]);
    const both = bidirectional({ layer: gru({ units: 4 }), mergeMode: null });
    expect(both(x).map(({ shape }) => shape)).toEqual([
      [null, 4],
      [null, 4],
    ]);
  });

  it("begins with different weights in each direction", () => {
    const layer = bidirectional({ layer: simpleRNN({ units: 2 }) });
    layer(input({ shape: [5, 3] }));
    expect(layer.layer.childName(layer.layer.forward)).toBe("forward");
    expect(layer.layer.childName(layer.layer.backward)).toBe("backward");
    expect(layer.layer.variables).toHaveLength(6);
  });

  it("refuses what does not fit", () => {
    const layer = lstm({ units: 2 });
    expect(() => bidirectional({ layer: dense({ units: 2, name: "wide" }) })).toThrow(
      'bidirectional: layer must be a recurrent layer, for example lstm({ units: 32 }), received dense "wide"',
    );
    expect(() => bidirectional({ layer, mergeMode: "max" as never })).toThrow(
      'bidirectional: mergeMode must be "concat", "sum", "mul" or "ave" or null, received "max"',
    );
    expect(() => bidirectional({ layer, backwardLayer: lstm({ units: 2 }) })).toThrow(
      "bidirectional: one layer must go forwards and one backwards; give backwardLayer the option goBackwards: true",
    );
    const backwardLayer = lstm({ units: 2, goBackwards: true, returnSequences: true });
    expect(() => bidirectional({ layer, backwardLayer, name: "both" })).toThrow(
      'bidirectional "both": both layers must have the same returnSequences, received false and true',
    );
    const x = input({ shape: [5, 3] });
    expect(() => bidirectional({ layer })([x, x])).toThrow(
      "bidirectional: expected an input, or an input and 4 states (the forward layer's, then the backward layer's), received 2 inputs",
    );
  });
});
