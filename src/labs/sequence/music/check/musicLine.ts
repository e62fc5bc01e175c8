import type { Place, TuneState, VoiceState } from "./tuneState.js";

/** A line of music, and how far it has been read. */
export interface MusicLine {
  readonly tune: TuneState;
  readonly voice: VoiceState;
  readonly text: string;
  readonly line: number;
  /** Of the next character, from 0. */
  at: number;
}

/** The place of a character of the line. */
export const placeAt = ({ line }: MusicLine, at: number): Place => ({ line, column: at + 1 });

/**
 * What a pattern finds at the place read to, which moves on behind it.
 *
 * @param pattern with the flag `y`
 */
export function take(music: MusicLine, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = music.at;
  const found = pattern.exec(music.text);
  if (found === null) return undefined;
  music.at += found[0].length;
  return found;
}
