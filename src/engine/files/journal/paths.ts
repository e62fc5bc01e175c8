/** What stands beside a journal: `journal.lock` and `journal.torn` beside `journal.jsonl`. */
export function besideJournal(path: string, extension: "lock" | "torn"): string {
  return `${path.replace(/\.jsonl$/, "")}.${extension}`;
}
