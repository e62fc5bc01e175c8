export { fromJsonNumber, type JsonNumber, toJsonNumber } from "./jsonNumber.js";
export { type Journal, type JournalOptions, openJournal } from "./openJournal.js";
export { type ReadJournal, type ReadJournalOptions, readJournal } from "./readJournal.js";
export type { JournalRecord } from "./recordLine.js";
