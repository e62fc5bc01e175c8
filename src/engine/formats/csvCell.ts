/** What spreadsheets take for a formula: one of these signs, narrow or wide, whatever white space stands before it. */
const formula = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;

/**
 * A cell of a table of separated values (RFC 4180): in quotation marks where it holds the separator, one of those, or a line's end.
 * Texts that a spreadsheet takes for formulas have an apostrophe before them; numbers have all their digits; what is not there is
 * empty.
 *
 * @param separator between two cells. Default: ","
 */
export function csvCell(value: unknown, separator = ","): string {
  if (value === undefined || value === null) return "";
  const text = String(value);
  const safe = typeof value !== "number" && formula.test(text) ? `'${text}` : text;
  const isPlain = !/["\r\n]/.test(safe) && !safe.includes(separator);
  return isPlain ? safe : `"${safe.replaceAll('"', '""')}"`;
}
