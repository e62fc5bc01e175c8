import { describe, expect, it } from "vitest";
import { encode, utf16be } from "../testing/encode.js";
import { allRows, opened, refusal } from "../testing/readAll.js";

/** A table whose words have letters beyond ASCII. */
const table = (...words: readonly string[]): string =>
  `id,word\n${words.map((word, at) => `${at},${word}\n`).join("")}`;
const german = table("Müller", "Zürich", "für", "Köln", "plain");
const wide = (text: string): Buffer => Buffer.from(text, "utf16le");
const mark = "\uFEFF";

const words = async (bytes: Uint8Array, encoding?: string): Promise<unknown> => {
  const source = await opened(bytes, { encoding });
  return [source.encoding, (await allRows(source)).rows.map((row) => row[1]).join(" "), source.notices];
};

const whole = "Müller Zürich für Köln plain";
const doubt = (name: string, shown: string): string =>
  `The file is not UTF-8 and is read as ${name}, by which it has ${shown} in it; if that looks wrong, name its encoding (--encoding).`;

describe("an encoding is told", () => {
  it.each([
    ["UTF-8", Buffer.from(german), "utf-8", []],
    ["UTF-8 with a mark", Buffer.from(mark + german), "utf-8", []],
    [
      "UTF-16 with a mark",
      wide(mark + german),
      "utf-16le",
      ["The file is read as utf-16le, as its byte order mark says."],
    ],
    [
      "UTF-16, the high byte first, with a mark",
      utf16be(mark + german),
      "utf-16be",
      ["The file is read as utf-16be, as its byte order mark says."],
    ],
    [
      "UTF-16 without a mark",
      wide(german),
      "utf-16le",
      ["The file is read as utf-16le, as its zero bytes show."],
    ],
    [
      "UTF-16, the high byte first, without a mark",
      utf16be(german),
      "utf-16be",
      ["The file is read as utf-16be, as its zero bytes show."],
    ],
    [
      "Windows-1252",
      encode(german, "windows-1252"),
      "windows-1252",
      [doubt("Windows-1252", '"Müller", "Köln" and "Zürich"')],
    ],
  ])("%s", async (_, bytes, label, notices) => {
    expect(await words(bytes)).toEqual([label, whole, notices]);
  });

  it("Windows-1252 with all that Latin-1 has not", async () => {
    const text = table("20 €", "‘quoted’", "“so”", "Škoda – Ÿ…", "œuvre™");
    const [label, read] = (await words(encode(text, "windows-1252"))) as [string, string];
    expect([label, read]).toEqual(["windows-1252", "20 € ‘quoted’ “so” Škoda – Ÿ… œuvre™"]);
  });

  it.each([
    ["windows-1251", "Cyrillic", "Москва Петербург Новосибирск"],
    ["windows-1251", "Cyrillic", "привет хорошо плохо да нет никогда"],
    ["koi8-r", "Cyrillic", "привет хорошо плохо да нет никогда Россия"],
    ["ibm866", "Cyrillic", "привет хорошо плохо да нет никогда Россия"],
    ["iso-8859-5", "Cyrillic", "привет хорошо плохо да нет никогда Россия"],
    ["windows-1253", "Greek", "Αθήνα Θεσσαλονίκη καλημέρα άνθρωπος"],
    ["windows-1255", "Hebrew", "ירושלים שלום תודה אנשים ילדים"],
    ["windows-1256", "Arabic", "السلام القاهرة المدينة الكتاب مرحبا"],
    ["windows-874", "Thai", "กรุงเทพมหานคร เชียงใหม่ ภาษาไทย"],
    ["shift_jis", "Japanese", "東京 大阪 京都"],
    ["shift_jis", "Japanese", "ひらがな カタカナ 日本語"],
    ["euc-jp", "Japanese", "ひらがな カタカナ 日本語"],
    ["gb18030", "Chinese", "北京是中国的首都 这是一个学生 我们在学校学习"],
    ["big5", "Chinese", "台北是首都 這是一個學生 我們在學校學習"],
    ["euc-kr", "Korean", "서울 부산 대한민국 사람"],
  ])("%s (%s): %s", async (label, script, text) => {
    const own = table(...text.split(" "));
    const [found, read, notices] = (await words(encode(own, label))) as [string, string, string[]];
    expect([found, read]).toEqual([label, text]);
    expect(notices[0]).toContain(`read as ${label} (${script}), by which it has "`);
  });

  it.each([
    ["windows-1250", "Łódź Kraków Gdańsk Poznań Świętokrzyskie zażółć"],
    ["iso-8859-2", "Příliš žluťoučký kůň úpěl ďábelské ódy"],
    ["macintosh", "Müller Zürich für Köln Straße"],
    ["windows-1252", "Ääkkönen pääsky Jyväskylä hääyö"],
    ["windows-1252", "it’s dogs’ “quoted” she’s we’re they’ll"],
    ["windows-1252", "é è à"],
    ["windows-1257", "Šiauliai Kėdainiai žuvis ąžuolas"],
  ])("a Latin one of Windows-1252, where %s would be a guess: %s", async (label, text) => {
    const [found, , notices] = (await words(encode(table(...text.split(" ")), label))) as [
      string,
      string,
      string[],
    ];
    expect([found, notices.length]).toEqual(["windows-1252", 1]);
  });

  it("UTF-8 with some bytes broken", async () => {
    const bytes = Buffer.concat([
      Buffer.from(table(...whole.split(" "), "Ärger", ..."üöäüöä")),
      Buffer.from("9,\xfc\n", "latin1"),
    ]);
    const [label, read, notices] = (await words(bytes)) as [string, string, string[]];
    expect(label).toBe("utf-8");
    expect(read.endsWith("ä \uFFFD")).toBe(true);
    expect(notices).toEqual([
      "Bytes that are not UTF-8 are read as \uFFFD, first in line 14; if the file has another encoding, name it (--encoding).",
    ]);
  });
});

describe("an encoding that is given", () => {
  it("is taken, whatever the file looks like, and a mark left out", async () => {
    expect(await words(encode(german, "macintosh"), "macintosh")).toEqual(["macintosh", whole, []]);
    expect(await words(Buffer.from(german), "Latin1")).toEqual([
      "windows-1252",
      expect.stringContaining("MÃ¼ller"),
      [],
    ]);
    expect(await words(wide(german), "utf-16le")).toEqual(["utf-16le", whole, []]);
    expect(await words(utf16be(mark + german), "utf-16")).toEqual(["utf-16be", whole, []]);
    const source = await opened(Buffer.from(mark + german), { encoding: "windows-1252" });
    expect(source.columns).toEqual(["id", "word"]);
  });

  it("is not UTF-8 in a line that is named", async () => {
    const [label, , notices] = (await words(encode(german, "windows-1252"), "utf8")) as [
      string,
      string,
      string[],
    ];
    expect(label).toBe("utf-8");
    expect(notices[0]).toMatch(/^Bytes that are not UTF-8 are read as \uFFFD, first in line 2;/);
  });

  it("is a name that there is", async () => {
    expect(await refusal(german, { encoding: "utf9" })).toBe(
      'openTable: encoding must be the name of an encoding, as "utf-8", "utf-16le", "windows-1252" or "shift_jis", received "utf9". Did you mean "utf-8"?',
    );
    expect(await refusal(german, { encoding: "windows1252" })).toContain('Did you mean "windows-1252"?');
    expect(await refusal(german, { encoding: "" })).toMatch(/received ""\.$/);
  });
});

describe("what is no text", () => {
  it.each([
    ["zero bytes", "a,b\n1,2\n3,\0\n", "it is no text, as line 3 has a zero byte in it."],
    [
      "a program",
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]),
      "it is no text, as line 1 has a zero byte",
    ],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), "it is UTF-32. Save it as UTF-8."],
    [
      "a workbook",
      "PK\x03\x04....[Content_Types].xml...xl/workbook.xml",
      "it is an Excel workbook. Save it as CSV",
    ],
    [
      "an OpenDocument",
      "PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
      "it is an OpenDocument spreadsheet.",
    ],
    ["an archive", "PK\x03\x04\0\0a.csv", "it is a ZIP archive. Unpack it first."],
    ["an old workbook", Buffer.from("d0cf11e0a1b11ae1", "hex"), "it is an Excel workbook (.xls)."],
    ["Parquet", "PAR1\x15\x04", "it is a Parquet file."],
    ["gzip", Buffer.from("1f8b0800", "hex"), "it is compressed by gzip. Unpack it first, as gunzip does."],
    ["a page", "\n<!DOCTYPE html><html>", "it is a page (HTML or XML)."],
  ])("is refused: %s", async (_, content, message) => {
    expect(await refusal(content)).toContain(`Cannot read t: ${message}`);
  });
});
