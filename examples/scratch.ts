import { attainableErrors } from "./clothing/attainable.js";
console.time(); console.log(attainableErrors()); console.timeEnd();
