/** Neural style transfer with any image classifier. */
export * from "./labs/style/index.js";
