/** Marks that a word may end with, which is still the word. */
const endings = ["", ",", ".", "!", "?", ";", ":"];

/** Parts of a text between spaces, tabs and line ends. ONNX Runtime's StringSplit parts at spaces alone. */
export function tokensOf(text: string): string[] {
  return text.split(/[ \t\n\v\f\r]+/).filter((token) => token !== "");
}

/** The word that a token is: in lower case, without marks around it; nothing where there is neither letter nor digit. */
export function wordOf(token: string): string {
  return token.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").toLowerCase();
}

/** How a word is written where nobody has seen it written otherwise: small, with a capital, in capitals, before a mark. */
export function usualForms(word: string): string[] {
  const [first = ""] = word;
  const cases = new Set([word, first.toUpperCase() + word.slice(first.length), word.toUpperCase()]);
  return [...cases].flatMap((own) => endings.map((ending) => own + ending));
}
