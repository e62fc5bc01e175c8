import { checkGoldens } from "../testing/checkGoldens.js";
import { batchNormalization } from "./batchNormalization.js";

checkGoldens("normalization", batchNormalization.operator);
checkGoldens("vision/normalization", batchNormalization.operator);
