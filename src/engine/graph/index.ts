export * from "./attributes.js";
export * from "./cut.js";
export * from "./graph.js";
export type * from "./operator.js";
export * from "./print.js";
export * from "./verify.js";
