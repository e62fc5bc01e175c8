import { checkUnary } from "../../testing/checkUnary.js";
import { silu } from "./silu.js";

checkUnary(silu, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.18964545, -0.23226856, 0.17233276, 1.1230574],
  slopes: [-0.099401111, 0.17661322, 0.64778001, 1.0243427],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 88, 0, Infinity, Number.NaN, Number.NaN],
    slopes: [0.5, 1, 0, Number.NaN, Number.NaN, Number.NaN],
  },
  // ONNX Runtime fuses the two operators into one that it has in float32 only.
  // ONNX Runtime fuses the two operators into one that it has in float32 only.
  float32: true,
});
