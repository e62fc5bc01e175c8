import { ImagoError } from "../../engine/errors.js";
import { parseWeighted } from "../../vision/parseWeighted.js";
import type { DreamLayer } from "./objective.js";

/**
 * A layer as it is written on a command line: `NAME`, `NAME:CHANNEL`, `NAME=WEIGHT`, `NAME:CHANNEL=WEIGHT`.
 * A name that itself ends with a colon and digits is written with a further colon: `conv/Relu:0:`.
 *
 * @throws ImagoError when there is no name, or the weight is no number
 */
export function parseDreamLayer(text: string): DreamLayer {
  const { name: place = "", weight } = parseWeighted(text) ?? {};
  const { name, channel } = /^(?<name>[^:].*?)(?::(?<channel>\d{0,9}))?$/s.exec(place)?.groups ?? {};
  if (name === undefined) {
    throw new ImagoError(`"${text}" is no layer; expected NAME, NAME:CHANNEL or NAME=WEIGHT.`);
  }
  return {
    name,
    ...(channel === undefined || channel === "" ? {} : { channel: Number(channel) }),
    ...(weight === undefined ? {} : { weight }),
  };
}

/** A layer as {@link parseDreamLayer} reads it. */
export function formatDreamLayer({ name, channel, weight }: DreamLayer): string {
  const place = channel === undefined ? name.replace(/:\d{0,9}$/, "$&:") : `${name}:${channel}`;
  return weight === undefined || weight === 1 ? place : `${place}=${weight}`;
}
