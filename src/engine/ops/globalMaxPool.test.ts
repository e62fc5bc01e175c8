import { checkGoldens } from "../testing/checkGoldens.js";
import { globalMaxPool } from "./globalMaxPool.js";

checkGoldens("convolution", globalMaxPool.operator);
checkGoldens("vision/pooling", globalMaxPool.operator);
