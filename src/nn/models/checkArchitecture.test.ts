import { describe, expect, it } from "vitest";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { restoreModel } from "./deserialize.js";
import { model } from "./model.js";
import { saveArchitecture, weightsOf } from "./serialize.js";

const x = input({ shape: [3], name: "x" });
const net = model({ inputs: { x }, outputs: { y: dense({ units: 2, name: "y" })(x) } });
net.compile({ optimizer: "adam", loss: "mse" });
const whole = saveArchitecture(net);
const { graph } = whole;

describe("a model's architecture", () => {
  it("comes back", () => {
    expect(saveArchitecture(restoreModel(whole, weightsOf(net)))).toEqual(whole);
  });

  it.each([
    [null, "the saved model: options must be an object, received null."],
    [{ ...whole, layers: "all" }, 'the saved model: layers must be an array of layers, received "all".'],
    [{ ...whole, graph: { ...graph, calls: 5 } }, "graph: calls must be an array of calls, received 5."],
    [
      { ...whole, graph: { ...graph, calls: [{ layer: 2 ** 40, inputs: [[0, 0]] }] } },
      "graph: calls[0]: layer must be a whole number from 0 to 2147483647, received 1099511627776.",
    ],
    [
      { ...whole, graph: { ...graph, calls: [{ layer: 1, inputs: [] }] } },
      "graph: calls[0]: inputs must be an array of one tensor or more, each [source, output], received [].",
    ],
    [{ ...whole, graph: { ...graph, outputs: [{ name: "y", from: [9, 0] }] } }, "there is no tensor [9, 0]"],
    [
      { ...whole, structure: { inputs: "set", outputs: "record" } },
      'structure: inputs must be "single", "list" or "record", received "set".',
    ],
    [
      { ...whole, compile: { optimizer: "adam" } },
      "compile: optimizer must be an optimizer's name and config",
    ],
  ])("is refused where it has not the form: %#", (changed, message) => {
    expect(() => restoreModel(changed as never, weightsOf(net))).toThrow(message);
  });
});
