import { checkGoldens } from "../testing/checkGoldens.js";
import { averagePool } from "./averagePool.js";

checkGoldens("convolution", averagePool.operator);
checkGoldens("vision/pooling", averagePool.operator);
