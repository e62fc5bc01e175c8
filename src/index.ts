export { ImagoError } from "./engine/errors.js";
export { Generator, type GeneratorState } from "./engine/random/generator.js";
