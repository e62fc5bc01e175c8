import { type MusicLine, placeAt, take } from "./musicLine.js";
import { endBar, keepWhole, type Place, report, type TuneState, type VoiceState, warn } from "./tuneState.js";

/** At `|`, `:`, or `[` before `|`: a bar line of any form, with the ending that it begins. */
export function readBarLine(music: MusicLine): void {
  const { tune, voice } = music;
  const start = music.at;
  const where = placeAt(music, start);
  const [sign = ""] = take(music, /(?:\[?\|\]?|:)+/y) ?? [];
  if (sign === ":") {
    report(tune, where, 'the unknown sign ":"');
    return;
  }
  finishBar(tune, voice, where);
  followRepeat(music, sign, where);
  endBar(voice, sign !== "|");
  const ending = sign.endsWith("]") ? undefined : take(music, endingNumbers);
  if (ending !== undefined) beginEnding(music, ending[0], where);
}

const endingNumbers = /\d+(?:[-,]\d+)*/y;

/** At `[` before a number or a quote: an ending. */
export function readEnding(music: MusicLine): void {
  const where = placeAt(music, music.at++);
  const quoted = take(music, /"[^"]*"/y);
  const numbers = quoted === undefined ? take(music, endingNumbers) : quoted;
  finishBar(music.tune, music.voice, where);
  beginEnding(music, numbers?.[0] ?? "", where);
}

function beginEnding({ tune, voice }: MusicLine, numbers: string, where: Place): void {
  endBar(voice, true);
  if (/^"?1\b/.test(numbers)) {
    if (voice.ending !== undefined) warn(tune, voice.ending, "a first ending without a second");
    voice.ending = where;
  } else {
    voice.ending = undefined;
  }
}

/** What must not go over a bar line, or is lost at a tune's end. */
export function finishBar(tune: TuneState, voice: VoiceState, where: Place): void {
  const { tuplet, broken } = voice;
  if (tuplet !== undefined) {
    const have = tuplet.count - tuplet.left;
    report(
      tune,
      tuplet.place,
      `the tuplet ${tuplet.text} has ${have} of its ${tuplet.count} notes before the bar ends`,
    );
    voice.tuplet = undefined;
  }
  if (broken !== undefined) {
    report(tune, where, `broken rhythm ${broken.text} before no note`);
    voice.broken = undefined;
  }
}

function followRepeat({ tune, voice }: MusicLine, sign: string, where: Place): void {
  if (sign.startsWith(":")) voice.repeat = undefined;
  if (!sign.endsWith(":") || sign === ":") return;
  if (voice.repeat !== undefined) warn(tune, voice.repeat, "a repeat |: that begins again before it ends");
  voice.repeat = where;
}

/** The end of a voice: what is open stays so. */
export function finishVoice(tune: TuneState, voice: VoiceState, where: Place): void {
  finishBar(tune, voice, where);
  endBar(voice, true);
  const { tie, slurs, repeat, ending } = voice;
  if (tie !== undefined) keepWhole(tune.warnings, tie.place, "a tie to nothing");
  for (const slur of slurs) keepWhole(tune.warnings, slur, "a slur that never ends");
  if (repeat !== undefined) keepWhole(tune.warnings, repeat, "a repeat |: that never ends");
  if (ending !== undefined) keepWhole(tune.warnings, ending, "a first ending without a second");
}
