/** Networks that read and write sequences: text, by characters or words. */
export * from "./labs/sequence/text/index.js";
