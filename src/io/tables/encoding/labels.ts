import { ImagoError, nearest, shown } from "../../../engine/errors.js";
import type { Field } from "../../../engine/options.js";

/** The encodings of the WHATWG standard that files of tables come in, and other names that people give them. */
const known: readonly string[] = [
  ...["utf-8", "utf-16le", "utf-16be", "utf-16", "windows-1252", "latin1", "iso-8859-1", "ascii", "cp1252"],
  ...["windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256"],
  ...["windows-1257", "windows-1258", "windows-874", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5"],
  ...["iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15"],
  ...["iso-8859-16", "koi8-r", "koi8-u", "ibm866", "macintosh", "x-mac-cyrillic", "shift_jis", "sjis"],
  ...["euc-jp", "iso-2022-jp", "gb18030", "gbk", "gb2312", "big5", "euc-kr"],
];

/** The encoding of a label, as `TextDecoder` names it; `undefined` where it knows none. */
function decoderName(label: string): string | undefined {
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return undefined;
  }
}

/** An encoding by any label of the WHATWG standard. */
export const encodingField: Field<string> = {
  expected: 'the name of an encoding, as "utf-8", "utf-16le", "windows-1252" or "shift_jis"',
  help: "the encoding of the file",
  form: { kind: "text" },
  read: (where, name, value) => {
    if (typeof value === "string" && decoderName(value) !== undefined) return value.trim().toLowerCase();
    const meant = typeof value === "string" ? nearest(value, known) : undefined;
    throw new ImagoError(
      `${where}: ${name} must be ${encodingField.expected}, received ${shown(value)}.`,
      meant === undefined ? {} : { help: `Did you mean ${JSON.stringify(meant)}?` },
    );
  },
};

/** What a label stands for: `windows-1252` for `latin1`. */
export const canonical = (label: string): string => decoderName(label) ?? label;
