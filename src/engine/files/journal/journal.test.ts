import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultyFiles } from "../../testing/faultyFiles.js";
import { crc32c } from "./crc32c.js";
import { fromJsonNumber, type JournalRecord, openJournal, readJournal, toJsonNumber } from "./index.js";
import { fieldsText, lineOf } from "./recordLine.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago-"));
  path = join(folder, "study", "journal.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = { t: "header", study: "a", imago: "0.1.0" };
const files = faultyFiles();

/** A closed journal with so many records besides its header. */
async function write(count: number, at = path): Promise<void> {
  const journal = await openJournal(at, { header, files });
  for (let i = 0; i < count; i++) await journal.append({ t: "told", i, text: 'Grüße {"v":1 \u2028' });
  await journal.close();
}

const open = () => openJournal(path, { header, files });
const numbersOf = (records: readonly JournalRecord[]) => records.slice(1).map((one) => one.i);
const lines = () => readFileSync(path, "utf8").split("\n").slice(0, -1);
const torn = () => readFileSync(join(folder, "study", "journal.torn"), "utf8");

describe("a journal", () => {
  it("gives back what was appended", async () => {
    const journal = await openJournal(path, { header, files });
    await Promise.all([journal.append({ t: "a", x: [1, null] }), journal.note({ t: "b", at: "then" })]);
    expect(journal.records).toEqual([header]);
    await journal.close();
    const { records, problems, next } = await readJournal(path);
    expect(problems).toEqual([]);
    expect(next).toBe(readFileSync(path).length);
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(records).toEqual([
      { ...header, at },
      { t: "a", x: [1, null], at },
      { t: "b", at: "then" },
    ]);
    const again = await open();
    expect(again.records).toEqual(records);
    again.forgetRecords();
    expect(again.records).toEqual([]);
    await again.close();
  });

  it("has a line a record, with its number and the checksum of what stands before", async () => {
    await write(2);
    const last = lines()[2] as string;
    expect(last).toMatch(/^\{"v":1,"n":2,"t":"told","at":"[^"]+","i":1,"text":".*","c":"[0-9a-f]{8}"\}$/s);
    expect(last.slice(-10, -2)).toBe(
      crc32c(Buffer.from(last.slice(0, -16)))
        .toString(16)
        .padStart(8, "0"),
    );
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  });

  it("is followed from where it was read to", async () => {
    await write(1);
    const first = await readJournal(path);
    await write(1);
    appendFileSync(path, '{"v":1,"n":3,"t":"half');
    const second = await readJournal(path, { from: first.next });
    expect(second.records.map((one) => one.t)).toEqual(["told"]);
    expect(second.problems).toEqual([]);
    const third = await readJournal(path, { from: second.next });
    expect(third).toEqual({ records: [], problems: [], next: second.next });
    await expect(readJournal(path, { from: 1e6 })).rejects.toThrow(
      `Cannot read ${path}: it is shorter than the 1000000 bytes read before. It is another journal; read it from its start.`,
    );
  });

  it("refuses what JSON cannot hold, and names that are its own", async () => {
    const journal = await open();
    const circle: Record<string, unknown> = {};
    circle.circle = circle;
    await expect(journal.append({ t: "a", x: { loss: Number.NaN } })).rejects.toThrow(
      'journal: record "a": the field "loss" is NaN, which JSON has not. Write it with toJsonNumber.',
    );
    await expect(journal.append({ t: "a", n: 1 })).rejects.toThrow(
      'journal: record "a": the field "n" belongs to the journal. Choose another name.',
    );
    await expect(journal.append({ t: "a", circle })).rejects.toThrow(
      'journal: record "a": JSON cannot hold it:',
    );
    await expect(journal.append({} as never)).rejects.toThrow(
      "journal: a record needs a kind t, a text; received {}.",
    );
    expect(journal.backlog).toBe(0);
    await journal.close();
    await expect(journal.append({ t: "a" })).rejects.toThrow(`Cannot write ${path}: the journal is closed.`);
    await journal.close();
  });

  it("writes numbers that JSON has not as texts", () => {
    for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(fromJsonNumber(JSON.parse(JSON.stringify(toJsonNumber(value))))).toBe(value);
    }
    expect(fromJsonNumber("1")).toBeUndefined();
  });
});

describe("a damaged journal", () => {
  it("loses a last record torn at any length, and nothing else, and goes on", async () => {
    await write(3);
    const whole = readFileSync(path);
    const last = `${lines()[3]}\n`;
    for (let length = 1; length < Buffer.byteLength(last); length++) {
      writeFileSync(path, whole.subarray(0, whole.length - length));
      expect(numbersOf((await readJournal(path)).records)).toEqual([0, 1]);
      const journal = await open();
      expect(numbersOf(journal.records)).toEqual([0, 1]);
      expect(journal.problems).toEqual([
        `Line 4 was torn: its ${Buffer.byteLength(last) - length} bytes are cut off, and kept in ${join(folder, "study", "journal.torn")}.`,
      ]);
      await journal.append({ t: "told", i: 9 });
      await journal.close();
      const after = await readJournal(path);
      expect([numbersOf(after.records), after.problems]).toEqual([[0, 1, 9], []]);
    }
    expect(torn()).toContain(JSON.stringify(last.slice(0, 40)).slice(1, -1));
  });

  it("passes over a line that stands twice", async () => {
    await write(2);
    appendFileSync(path, `${lines()[2]}\n`);
    const { records, problems } = await readJournal(path);
    expect(numbersOf(records)).toEqual([0, 1]);
    expect(problems).toEqual(["Line 4 repeats record 2; it is passed over."]);
    await write(1);
    expect(numbersOf((await readJournal(path)).records)).toEqual([0, 1, 0]);
  });

  it("loses no more than the two records a flipped bit touches", async () => {
    await write(6);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 10) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
      writeFileSync(path, flipped);
      const { records, problems } = await readJournal(path);
      expect(records.length).toBeGreaterThanOrEqual(6);
      expect(problems.length + 7 - records.length).toBeGreaterThan(0);
      const journal = await open();
      expect(journal.records).toEqual(records);
      await journal.append({ t: "told", i: 7 });
      await journal.close();
      expect((await readJournal(path)).records.length).toBe(records.length + 1);
    }
  });

  it("loses nothing when only a line's end is damaged", async () => {
    await write(4);
    const whole = readFileSync(path);
    whole[whole.indexOf(10, 200)] = 11;
    writeFileSync(path, whole);
    expect(numbersOf((await readJournal(path)).records)).toEqual([0, 1, 2, 3]);
  });

  it("keeps a bad line aside once, says where it stands and goes on without it", async () => {
    await write(3);
    const [first, second, third, fourth] = lines();
    writeFileSync(path, `${first}\n${second}\nrubbish\n${third?.replace("Grüße", "Grässe")}\n${fourth}\n`);
    for (let times = 0; times < 2; times++) {
      const journal = await open();
      expect(numbersOf(journal.records)).toEqual([0, 2]);
      expect(journal.problems).toEqual([
        "Line 3: 7 bytes are no sound record; they are passed over.",
        expect.stringMatching(/^Line 4: \d+ bytes are no sound record; they are passed over\.$/),
      ]);
      await journal.close();
      expect(torn().match(/rubbish/g)).toHaveLength(1);
    }
  });

  it("says which lines are missing", async () => {
    await write(4);
    const kept = lines();
    writeFileSync(path, `${[kept[0], kept[2], kept[4]].join("\n")}\n`);
    const { records, problems } = await readJournal(path);
    expect(numbersOf(records)).toEqual([1, 3]);
    expect(problems).toEqual([
      "Line 2: record 1 is missing before it.",
      "Line 3: record 3 is missing before it.",
    ]);
    await write(1);
    expect(lines().at(-1)).toContain('"n":5');
  });

  it("is begun anew when its first record was torn", async () => {
    await write(0);
    truncateSync(path, 20);
    const journal = await open();
    expect(journal.records).toEqual([header]);
    await journal.close();
    expect((await readJournal(path)).records).toHaveLength(1);
  });

  it("leaves a file alone that is no journal", async () => {
    await write(0);
    writeFileSync(path, "a text\nof someone");
    await expect(open()).rejects.toThrow(
      `Cannot write ${path}: it is no journal, for none of its lines is a sound record. Choose another name, or move the file away.`,
    );
    expect(readFileSync(path, "utf8")).toBe("a text\nof someone");
  });

  it("of a later version is refused, and unknown kinds are kept", async () => {
    await write(0);
    const later = Buffer.from(lineOf(1, fieldsText({ t: "unheard", of: 1 })));
    appendFileSync(path, later);
    expect((await readJournal(path)).records[1]).toMatchObject({ t: "unheard", of: 1 });
    const body = later.toString().replace('"v":1,"n":1', '"v":2,"n":2').slice(0, -17);
    appendFileSync(path, `${body},"c":"${crc32c(Buffer.from(body)).toString(16).padStart(8, "0")}"}\n`);
    const message = `Cannot read ${path}: it has format version 2 (of Imago 0.1.0 or later), and this Imago reads up to version 1. Install a later version of Imago.`;
    await expect(readJournal(path)).rejects.toThrow(message);
    await expect(open()).rejects.toThrow(message);
  });
});
