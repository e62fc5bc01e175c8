import { checkUnary } from "../../testing/checkUnary.js";
import { square } from "./square.js";

checkUnary(square, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [6.25, 0.49, 0.09, 1.96],
  slopes: [-5, -1.4, 0.6, 2.8],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 7744, 7744, Infinity, Infinity, Number.NaN],
    slopes: [0, 176, -176, Infinity, -Infinity, Number.NaN],
  },
});
