const zero = 48;
const colon = 58;
const space = 32;

/**
 * Reads days and moments: three numbers with `/`, `.` or `-` between them, of which the first or the last is a year of four digits;
 * behind them, after a space or `T`, perhaps hours and minutes, seconds and parts of them, `am` or `pm`, and a zone. Years of
 * two digits are no dates here: nobody can tell their century, nor always which of the three they are.
 *
 * One object reads many cells, so that a cell costs no allocation.
 */
export class DateCell {
  year = 0;
  /** The two other numbers as they stand: month and day where the year is first. */
  first = 0;
  second = 0;
  yearIsFirst = false;
  hasTime = false;
  /** The time of day as a part of a day, from 0 to below 1. */
  time = 0;
  /** The zone as written: `Z`, `+02:00`; empty where there is none. */
  zone = "";

  #text = "";
  #at = 0;

  /** Whether a text is written so. Whether such a day exists is for {@link dayNumber} to say. */
  read(text: string): boolean {
    this.#text = text;
    this.#at = 0;
    this.hasTime = false;
    this.time = 0;
    this.zone = "";
    return text.length >= 8 && this.#date() && (this.#at === text.length || this.#timeOfDay());
  }

  #date(): boolean {
    const one = this.#digits(4);
    const ones = this.#at;
    const mark = this.#code();
    if (!(mark === 45 || mark === 46 || mark === 47)) return false;
    this.#at++;
    const two = this.#digits(2);
    if (this.#at === ones + 1 || this.#code() !== mark) return false;
    const from = ++this.#at;
    const three = this.#digits(4);
    const threes = this.#at - from;
    this.yearIsFirst = ones === 4;
    if (this.yearIsFirst ? threes < 1 || threes > 2 : ones < 1 || ones > 2 || threes !== 4) return false;
    [this.year, this.first, this.second] = this.yearIsFirst ? [one, two, three] : [three, one, two];
    return true;
  }

  #timeOfDay(): boolean {
    const mark = this.#code();
    if (mark === 44) this.#at++;
    else if (mark !== space && mark !== 84 && mark !== 116) return false;
    else if (mark !== space) this.#at++;
    this.#spaces();
    const hours = this.#part(1);
    if (hours < 0 || this.#code() !== colon) return false;
    this.#at++;
    const minutes = this.#part(2);
    const seconds = this.#seconds();
    const half = this.#halfOfDay();
    if (minutes < 0 || minutes > 59 || seconds < 0 || seconds >= 60) return false;
    if (half === undefined ? hours > 23 : hours < 1 || hours > 12) return false;
    this.hasTime = true;
    this.time = ((half === undefined ? hours : (hours % 12) + half) * 3600 + minutes * 60 + seconds) / 86_400;
    return this.#zone();
  }

  /** 0 where none are written, below 0 where they are written otherwise. */
  #seconds(): number {
    if (this.#code() !== colon) return 0;
    this.#at++;
    const whole = this.#part(2);
    const mark = this.#code();
    if (whole < 0 || (mark !== 46 && mark !== 44)) return whole;
    const from = ++this.#at;
    const parts = this.#digits(9);
    return this.#at === from ? -1 : whole + parts / 10 ** (this.#at - from);
  }

  /** How many hours `am` or `pm` adds. */
  #halfOfDay(): number | undefined {
    if (this.#at === this.#text.length) return undefined;
    const found = /^ ?([ap])\.?m\b\.?/i.exec(this.#rest());
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found[1] === "a" || found[1] === "A" ? 0 : 12;
  }

  #zone(): boolean {
    if (this.#at === this.#text.length) return true;
    const found = /^ ?(z|utc|gmt|[+-]\d\d(?::?\d\d)?)$/i.exec(this.#rest());
    this.zone = found?.[1] ?? "";
    return found !== null;
  }

  /** One or two digits, at least so many; −1 where they are not there. */
  #part(least: number): number {
    const from = this.#at;
    const value = this.#digits(2);
    return this.#at - from < least ? -1 : value;
  }

  #digits(most: number): number {
    let value = 0;
    for (let count = 0; count < most; count++) {
      const digit = this.#code() - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      this.#at++;
    }
    return value;
  }

  #spaces(): void {
    while (this.#code() === space) this.#at++;
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Days from 1 January 1970 to a day of the Gregorian calendar, which is thought to have always been in use.
 *
 * @returns `undefined` for days that there are not, as 30 February
 */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = month === 2 && isLeap ? 29 : monthDays[month - 1];
  if (length === undefined || day < 1 || day > length) return undefined;
  const years = year - 1;
  let days = years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  for (let before = 1; before < month; before++) days += monthDays[before - 1] as number;
  if (month > 2 && isLeap) days++;
  return days + day - 1 - daysTo1970;
}

/** From 1 January of the year 1 to 1 January 1970. */
const daysTo1970 = 719_162;
