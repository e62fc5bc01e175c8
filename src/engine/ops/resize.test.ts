import { checkGoldens } from "../testing/checkGoldens.js";
import { resize } from "./resize.js";

checkGoldens("convolution", resize.operator);
checkGoldens("vision/resizing", resize.operator);
