/** The search for good hyper-parameters. */
export * from "./methods/tune/index.js";
