/** JSON as Python writes it, where `NaN` and infinities stand as they are: they come as texts. @throws SyntaxError */
export function parsePythonJson(text: string): unknown {
  const valid = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return JSON.parse(valid);
}
