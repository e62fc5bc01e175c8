/** DeepDream on any image classifier. */
export * from "./labs/dream/index.js";
