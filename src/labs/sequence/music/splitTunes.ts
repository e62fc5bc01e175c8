import { anyText } from "../../../engine/arguments.js";

/** One tune's text, and where it stood. */
export interface TuneText {
  /** With `\n` between lines, and none at the end. */
  readonly text: string;
  /** Its first line, from 1. */
  readonly line: number;
}

/**
 * The tunes of a file: what stands between blank lines, where an `X:` line begins a new tune without one too. Comments alone are none.
 *
 * @throws ImagoError where it is given no text
 */
export function splitTunes(text: string): readonly TuneText[] {
  anyText.read("splitTunes", "text", text);
  const tunes: TuneText[] = [];
  let lines: string[] = [];
  let first = 1;
  const end = (next: number): void => {
    if (lines.some((line) => !line.startsWith("%"))) tunes.push({ text: lines.join("\n"), line: first });
    lines = [];
    first = next;
  };
  // A byte order mark is no part of the first line.
  const whole = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  whole.forEach((line, index) => {
    if (line.trim() === "") end(index + 2);
    else {
      if (line.startsWith("X:") && lines.some((before) => !before.startsWith("%"))) end(index + 1);
      lines.push(line);
    }
  });
  end(whole.length + 1);
  return tunes;
}
