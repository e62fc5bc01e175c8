/** What a process wrote last, of which no more is kept than says why it ended. */
export class LastWords {
  #text = "";

  hear(text: string): void {
    this.#text = (this.#text + text).slice(-most);
  }

  /** Only what one job wrote is told of it. */
  forget(): void {
    this.#text = "";
  }

  /** The line that names an error, the last of several; else the last line. `undefined` where nothing was written. */
  get line(): string | undefined {
    const lines = this.#text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !/^Node\.js v\d/.test(line));
    const found =
      lines.findLast((line) => /^(FATAL ERROR|[A-Z]\w*(Error|Exception)\b)/.test(line)) ?? lines.at(-1);
    return found === undefined || found.length <= longest ? found : `${found.slice(0, longest - 1)}…`;
  }
}

/** Characters; V8 writes some thousands when memory runs out. */
const most = 16_384;
const longest = 300;
