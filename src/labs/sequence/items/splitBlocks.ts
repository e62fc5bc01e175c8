import type { RawItem } from "../kinds/tokenKind.js";

/** Blocks of lines with blank lines between them, and the line that each begins in, from 1. */
export function splitBlocks(text: string): RawItem[] {
  const blocks: RawItem[] = [];
  let begin = 0;
  const lines = text.replaceAll(/\r\n?/g, "\n").split("\n");
  const close = (end: number): void => {
    const block = lines.slice(begin, end).join("\n").trim();
    if (block !== "") blocks.push({ text: block, line: begin + 1 });
  };
  lines.forEach((line, at) => {
    if (line.trim() !== "") return;
    close(at);
    begin = at + 1;
  });
  close(lines.length);
  return blocks;
}
