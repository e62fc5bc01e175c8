import { checkGoldens } from "../testing/checkGoldens.js";
import { lpPool } from "./lpPool.js";

checkGoldens("vision/pooling", lpPool.operator);
