import { checkGoldens } from "../testing/checkGoldens.js";
import { globalAveragePool } from "./globalAveragePool.js";

checkGoldens("convolution", globalAveragePool.operator);
checkGoldens("vision/pooling", globalAveragePool.operator);
