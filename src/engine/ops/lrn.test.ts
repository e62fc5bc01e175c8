import { checkGoldens } from "../testing/checkGoldens.js";
import { lrn } from "./lrn.js";

checkGoldens("normalization", lrn.operator);
checkGoldens("vision/normalization", lrn.operator);
