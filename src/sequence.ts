/** Networks that read and write sequences: text, by characters or words, and items such as tunes. */
export * from "./labs/sequence/index.js";
export * from "./labs/sequence/text/index.js";
