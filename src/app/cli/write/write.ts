import type { Register } from "../shell/run.js";
import { addSample } from "./writeSample.js";
import { addTrain } from "./writeTrain.js";

/** `imago write train` and `imago write sample`. */
export const register: Register = (write) => {
  addTrain(write);
  addSample(write);
};
