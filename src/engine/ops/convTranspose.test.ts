import { checkGoldens } from "../testing/checkGoldens.js";
import { convTranspose } from "./convTranspose.js";

checkGoldens("convolution", convTranspose.operator);
checkGoldens("vision/convolution", convTranspose.operator);
