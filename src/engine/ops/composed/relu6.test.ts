import { checkUnary } from "../../testing/checkUnary.js";
import { relu6 } from "./relu6.js";

checkUnary(relu6, {
  at: [-2.5, -0.7, 0.3, 1.4, 7],
  values: [0, 0, 0.3, 1.4, 6],
  slopes: [0, 0, 1, 1, 0],
  extremes: {
    at: [6, 0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [6, 0, 6, 0, 6, 0, Number.NaN],
    slopes: [1, 0, 0, 0, 0, 0, 0],
  },
});
