import { shown } from "../../../engine/errors.js";
import { isRecord } from "../../../engine/files/parseJson.js";
import { isDescribed } from "../space/describeSpace.js";
import { decodeEvent, type StudyEvent } from "./events.js";

type Test = (value: unknown) => boolean;

const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber: Test = (value) => typeof value === "number";
const isText: Test = (value) => typeof value === "string";
const isFlag: Test = (value) => typeof value === "boolean";
const isPair: Test = (value) =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && isNumber(value[1]);
const isPoint: Test = (value) => Array.isArray(value) && value.every(isPair);
const isNumbers: Test = (value) => Array.isArray(value) && value.every(isNumber);
const orNone =
  (test: Test): Test =>
  (value) =>
    value === undefined || value === null || test(value);
const oneOf =
  (...words: readonly string[]): Test =>
  (value) =>
    words.includes(value as string);

const attempt = { trial: isCount, attempt: isCount };

/** What the fields of each kind of event hold. */
const kinds: { readonly [K in StudyEvent["t"]]: Readonly<Record<string, Test>> } = {
  enqueue: { point: isPoint },
  learn: { trial: isCount, name: isText, parameter: isDescribed, value: isNumber },
  ask: { trial: isCount, point: isPoint, enqueued: isFlag, waits: orNone(isFlag), time: isNumber },
  attempt: { ...attempt, from: orNone(isNumber), time: isNumber },
  report: { ...attempt, step: isNumber, value: isNumber, final: orNone(isFlag) },
  checkpoint: { ...attempt, step: isNumber, place: isText },
  model: { ...attempt, place: isText },
  forget: { trial: isCount, what: oneOf("checkpoint", "model") },
  pause: { ...attempt, time: isNumber },
  lost: { ...attempt, reason: isText, own: isFlag, wanted: orNone(isFlag), time: isNumber },
  tell: {
    ...attempt,
    state: oneOf("complete", "pruned", "failed"),
    values: orNone(isNumbers),
    reason: orNone(isText),
    time: isNumber,
  },
  repeat: { trial: isCount, repeat: isCount, value: orNone(isNumber), reason: orNone(isText) },
  look: {},
  finish: { ending: isRecord },
};

/** So many trials in a row are not lost by damage: their numbers are made up. */
const longestGap = 100_000;

/**
 * A study's events from records whose fields may be anything. What cannot be meant is passed over and named; kinds that are not
 * known, as of a later version, are passed over.
 *
 * @returns the events, and what is wrong, in words
 */
export function checkEvents(records: readonly { readonly t: string }[]): {
  readonly events: readonly StudyEvent[];
  readonly problems: readonly string[];
} {
  const events: StudyEvent[] = [];
  const problems: string[] = [];
  let trials = 0;
  for (const record of records) {
    if (!Object.hasOwn(kinds, record.t)) continue;
    const event = decodeEvent(record as StudyEvent);
    const odd = oddField(event) ?? (numberOf(event) > trials + longestGap ? "trial" : undefined);
    if (odd === undefined) {
      events.push(event);
      if (event.t === "ask") trials = Math.max(trials, event.trial + 1);
    } else {
      const value = (record as Readonly<Record<string, unknown>>)[odd];
      problems.push(`A record "${record.t}" has ${shown(value)} as its "${odd}"; it is passed over.`);
    }
  }
  return { events, problems };
}

const numberOf = (event: StudyEvent): number => (event.t === "ask" ? event.trial : 0);

function oddField(event: StudyEvent): string | undefined {
  const fields = event as Readonly<Record<string, unknown>>;
  return Object.entries(kinds[event.t]).find(([name, test]) => !test(fields[name]))?.[0];
}
