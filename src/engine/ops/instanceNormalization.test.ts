import { checkGoldens } from "../testing/checkGoldens.js";
import { instanceNormalization } from "./instanceNormalization.js";

checkGoldens("normalization", instanceNormalization.operator);
checkGoldens("vision/normalization", instanceNormalization.operator);
