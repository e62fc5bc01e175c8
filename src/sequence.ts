/** Networks that read and write sequences: text, by characters or words. */
export * from "./labs/text/index.js";
