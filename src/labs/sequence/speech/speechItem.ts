/** A recording: what is said in it, and by whom. */
export interface SpeechItem {
  /** What is said: one word or sign. */
  readonly text: string;
  readonly voice: string;
  /** −1 to 1, at 8,000 samples a second. */
  readonly samples: Float32Array;
}

/** What a recording's file says by its name: `7_s1_12.wav`, text, voice and number. */
export function speechName(name: string): { readonly text: string; readonly voice: string } | undefined {
  const found = /^(?<text>[^_/\\]+)_(?<voice>[^_/\\]+)_\d+\.wav$/i.exec(name)?.groups;
  const { text, voice } = found ?? {};
  return text === undefined || voice === undefined ? undefined : { text, voice };
}
