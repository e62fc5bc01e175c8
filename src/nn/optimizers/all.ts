/** Every optimiser, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type AdadeltaOptions, adadelta } from "./adadelta.js";
export { type AdagradOptions, adagrad } from "./adagrad.js";
export { type AdamOptions, adam } from "./adam.js";
export { type AdamaxOptions, adamax } from "./adamax.js";
export { adamW } from "./adamW.js";
export { type LionOptions, lion } from "./lion.js";
export { type NadamOptions, nadam } from "./nadam.js";
export { type RmspropOptions, rmsprop } from "./rmsprop.js";
export { type SgdOptions, sgd } from "./sgd.js";
