import { checkGoldens } from "../testing/checkGoldens.js";
import { groupNormalization } from "./groupNormalization.js";

checkGoldens("vision/normalization", groupNormalization.operator);
