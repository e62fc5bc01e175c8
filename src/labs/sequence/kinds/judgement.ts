/** What items that a network wrote are worth. */
export interface Judgement {
  /** Items that were judged. */
  readonly count: number;
  /** Items without anything in them. */
  readonly empty: number;
  /** Those that came to their end by themselves. */
  readonly ended: number;
  /** Different ones among those that are valid. */
  readonly unique: number;
  /** Those among the different valid ones that were not learnt from; absent where that is not looked at. */
  readonly novel: number | undefined;
  /** Items that were learnt from, letter by letter; absent where that is not looked at. */
  readonly copies: number | undefined;
  /** Items without a fault; absent where nothing says what a fault is. */
  readonly valid: number | undefined;
  /** Further shares of 1 and means, by what they are called. */
  readonly figures: Readonly<Record<string, JudgedFigure>>;
  /** What else should be known of it. */
  readonly note?: string | undefined;
  /** Why items are not valid, and how often, the commonest first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
}

export interface JudgedFigure {
  readonly value: number;
  readonly as: "share" | "mean";
}

/** What of a {@link Judgement} all kinds count in the same way. */
export interface Judged {
  /** What tells an item from others: two with the same key are the same. */
  readonly key: string;
  readonly isValid: boolean;
  readonly reason?: string | undefined;
}

/** Which items were learnt from, by their keys. */
export interface Learnt {
  has(key: string): boolean;
}

/** Counts what all kinds count in the same way. */
export function judgementOf(
  items: readonly (Judged & { readonly text: string; readonly ended: boolean })[],
  learnt: Learnt,
  figures: Judgement["figures"] = {},
): Judgement {
  const valid = items.filter(({ isValid }) => isValid);
  const keys = new Set(valid.map(({ key }) => key));
  const reasons = new Map<string, number>();
  for (const { isValid, reason = "not in form" } of items) {
    if (!isValid) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    count: items.length,
    empty: items.filter(({ text }) => text.trim() === "").length,
    ended: items.filter(({ ended }) => ended).length,
    unique: keys.size,
    novel: [...keys].filter((key) => !learnt.has(key)).length,
    copies: items.filter(({ text }) => learnt.has(text)).length,
    valid: valid.length,
    figures,
    reasons: [...reasons].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)),
  };
}
