/** ONNX's operators, each under the name of the function that emits it. */
export * from "./engine/ops/index.js";
