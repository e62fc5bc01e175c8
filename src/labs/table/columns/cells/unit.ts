/** Signs of money and shares, and degrees. */
const signs = "%‰€$£¥₹₩₽₺₴₫₪฿¢°";

/** Codes of currencies. */
const codes: ReadonlySet<string> = new Set(["EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "INR", "CNY"]);

const isUpper = (code: number): boolean => code >= 65 && code <= 90;

/** The unit that begins at a place of a text; empty where none does. */
export function unitAt(text: string, at: number): string {
  const code = text.charCodeAt(at);
  if (isUpper(code)) {
    const three = text.slice(at, at + 3);
    return codes.has(three) ? three : "";
  }
  const isMaybe = code === 36 || code === 37 || code > 127;
  return isMaybe && signs.includes(text.charAt(at)) ? text.charAt(at) : "";
}

/** The unit with which a text ends; empty where it ends with none. */
export function unitAtEnd(text: string): string {
  const last = text.length - 1;
  return unitAt(text, isUpper(text.charCodeAt(last)) ? Math.max(0, last - 2) : last);
}
