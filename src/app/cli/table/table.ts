import type { Register } from "../shell/run.js";
import { addEvaluate } from "./tableEvaluate.js";
import { addExplain } from "./tableExplain.js";
import { addExport } from "./tableExport.js";
import { addPredict } from "./tablePredict.js";
import { addTrain } from "./tableTrain.js";

/** `imago table`. */
export const register: Register = (table) => {
  addTrain(table);
  addPredict(table);
  addEvaluate(table);
  addExplain(table);
  addExport(table);
};
