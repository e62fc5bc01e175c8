import type { Register } from "../shell/run.js";
import { addEvaluate } from "./classifyEvaluate.js";
import { addExport } from "./classifyExport.js";
import { addImages } from "./classifyImages.js";
import { addTrain } from "./classifyTrain.js";

/** `imago classify`, for pictures, with `train`, `evaluate` and `export`. */
export const register: Register = (classify) => {
  addImages(classify);
  addTrain(classify);
  addEvaluate(classify);
  addExport(classify);
};
