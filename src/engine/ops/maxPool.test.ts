import { checkGoldens } from "../testing/checkGoldens.js";
import { maxPool } from "./maxPool.js";

checkGoldens("convolution", maxPool.operator);
checkGoldens("vision/pooling", maxPool.operator);
