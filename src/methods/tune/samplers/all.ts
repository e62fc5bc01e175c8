/** Every sampler, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type AutoOptions, auto } from "./auto/auto.js";
export { type CmaesOptions, cmaes } from "./cmaes/cmaes.js";
export { type GeneticOptions, genetic } from "./genetic/genetic.js";
export { type GpOptions, gp } from "./gp/gp.js";
export { type GridOptions, grid } from "./grid.js";
export { random } from "./random.js";
export { sobol } from "./sobol/sobol.js";
export { type TpeOptions, tpe } from "./tpe/tpe.js";
