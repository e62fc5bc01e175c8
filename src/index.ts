export { ImagoError } from "./engine/errors.js";
