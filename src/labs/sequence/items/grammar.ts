/** What an item may hold, for sampling that keeps to it. */
export interface Grammar {
  /** A reading at the beginning of an item. */
  begin(): GrammarReading;
}

/** How far an item has been read. */
export interface GrammarReading {
  /**
   * Whether a token may come next; `undefined` is the item's end.
   *
   * @param left tokens that may still be written before the item must end, this one included
   */
  allows(token: string | undefined, left: number): boolean;
  /** Takes the token that was chosen. */
  take(token: string): void;
}
