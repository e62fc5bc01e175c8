/** An encoding whose script shows clearly in bytes. */
export interface Family {
  /** As `TextDecoder` names it. */
  readonly label: string;
  /** As sentences name it: `Cyrillic`. */
  readonly script: string;
}

interface Alphabet extends Family {
  /** Matches letters of the script. */
  readonly letter: RegExp;
  /** Its most frequent letters, which make two thirds of a text. */
  readonly frequent: string;
}

const cyrillic = { script: "Cyrillic", letter: /[\u0400-\u045f]/g, frequent: "оеаинтсрвл" };

/** Encodings of one byte a character. */
const alphabets: readonly Alphabet[] = [
  { label: "windows-1251", ...cyrillic },
  { label: "koi8-r", ...cyrillic },
  { label: "ibm866", ...cyrillic },
  { label: "iso-8859-5", ...cyrillic },
  { label: "windows-1253", script: "Greek", letter: /[\u0386-\u03ce]/g, frequent: "αάοόιίεέτσνηήυρ" },
  { label: "windows-1255", script: "Hebrew", letter: /[\u05d0-\u05ea]/g, frequent: "יוהלארתשמב" },
  { label: "windows-1256", script: "Arabic", letter: /[\u0621-\u064a]/g, frequent: "الينمورتبةه" },
  { label: "windows-874", script: "Thai", letter: /[\u0e01-\u0e4e]/g, frequent: "านรอกเงมยลวดท่้ัี" },
];

/** Characters beyond ASCII that are needed to tell by: about three words. */
const fewest = { alphabet: 10, characters: 4 };

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * The encoding of a script other than Latin, where bytes show it clearly; `undefined` where they may as well be Latin letters with
 * accents. Those stand alone in a word, while other scripts' stand side by side, and as often as their languages have them.
 *
 * @param sample what of a file holds bytes beyond ASCII, with whole characters
 */
export function detectFamily(sample: Buffer): Family | undefined {
  return detectCharacters(sample) ?? detectAlphabet(sample);
}

function detectAlphabet(sample: Buffer): Family | undefined {
  const latin1 = sample.toString("latin1");
  const all = count(latin1, /[\x80-\xff]/g);
  const inRuns = (latin1.match(/[\x80-\xff]{3,}/g) ?? []).reduce((sum, run) => sum + run.length, 0);
  if (all < fewest.alphabet || inRuns < 0.6 * all) return undefined;
  const scores = alphabets.map((alphabet) => ({ alphabet, score: scoreOf(sample, alphabet) }));
  const [best, second] = scores.sort((a, b) => b.score - a.score);
  if (best === undefined || second === undefined || best.score < 0.5) return undefined;
  return best.score - second.score < 0.1 ? undefined : best.alphabet;
}

/**
 * The share that the frequent letters have, in a text that is almost all of the script; less where capitals stand behind small letters,
 * as they do where another script is taken for this.
 */
function scoreOf(sample: Buffer, { label, letter, frequent }: Alphabet): number {
  const read = new TextDecoder(label).decode(sample);
  const text = read.toLowerCase();
  const all = count(text, /[^\p{ASCII}]/gu);
  if (count(text, letter) < 0.9 * all) return 0;
  return (count(text, new RegExp(`[${frequent}]`, "g")) - count(read, /\p{Ll}\p{Lu}/gu)) / all;
}

/** Encodings of several bytes a character, and what tells each from the others whose bytes it shares. */
const characterSets: readonly (Family & {
  readonly fits: (text: string, bytes: PairCounts, all: number) => boolean;
})[] = [
  {
    label: "shift_jis",
    script: "Japanese",
    // What Windows-1252 and the Chinese and Korean encodings have there are half-width katakana in this.
    fits: (text, { common }, all) =>
      count(text, /[\uff61-\uff9f]/g) <= 0.2 * all && common.shiftJis >= 0.8 * all && isEastAsian(text, all),
  },
  {
    label: "euc-jp",
    script: "Japanese",
    fits: (text, _, all) => count(text, /[\u3040-\u30ff]/g) >= 0.1 * all && isEastAsian(text, all),
  },
  {
    label: "euc-kr",
    script: "Korean",
    fits: (text, _, all) => count(text, /[\uac00-\ud7a3]/g) >= 0.95 * all,
  },
  {
    label: "gb18030",
    script: "Chinese",
    fits: (text, { common, pairs }, all) =>
      common.gb2312 >= 0.9 * pairs && common.gb2312Late >= 0.1 * pairs && isEastAsian(text, all),
  },
  {
    label: "big5",
    script: "Chinese",
    fits: (text, { common, pairs }, all) =>
      common.big5 >= 0.9 * pairs && common.big5Low >= 0.15 * pairs && isEastAsian(text, all),
  },
];

const isEastAsian = (text: string, all: number): boolean =>
  count(text, /[\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f]/g) >= 0.95 * all;

/** How many pairs of bytes there are, and how many where sets of characters have their common ones. */
interface PairCounts {
  readonly pairs: number;
  readonly common: Readonly<Record<"shiftJis" | "gb2312" | "gb2312Late" | "big5" | "big5Low", number>>;
}

function countPairs(sample: Buffer): PairCounts {
  const common = { shiftJis: 0, gb2312: 0, gb2312Late: 0, big5: 0, big5Low: 0 };
  let pairs = 0;
  for (let at = 0; at < sample.length; at++) {
    const lead = sample[at] as number;
    if (lead < 0x81) continue;
    const trail = sample[++at] ?? 0;
    pairs++;
    if ((lead >= 0x81 && lead <= 0x83) || (lead >= 0x88 && lead <= 0x97)) common.shiftJis++;
    if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || lead === 0xa1 || lead === 0xa3)) common.gb2312++;
    // Behind where Korean syllables end.
    if (lead >= 0xc9 && lead <= 0xd7) common.gb2312Late++;
    if (lead >= 0xa1 && lead <= 0xc6) common.big5++;
    if (trail >= 0x40 && trail <= 0x7e) common.big5Low++;
  }
  return { pairs, common };
}

function detectCharacters(sample: Buffer): Family | undefined {
  const counts = countPairs(sample);
  return characterSets.find(({ label, fits }) => {
    const text = decodedStrictly(sample, label);
    if (text === undefined) return false;
    const all = count(text, /[^\p{ASCII}]/gu);
    const beside = (text.match(/[^\p{ASCII}]{2,}/gu) ?? []).reduce((sum, run) => sum + run.length, 0);
    return all >= fewest.characters && beside >= 0.7 * all && fits(text, counts, all);
  });
}

function decodedStrictly(sample: Buffer, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(sample);
  } catch {
    return undefined;
  }
}
