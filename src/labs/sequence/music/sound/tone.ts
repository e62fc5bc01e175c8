/** How a tone's loudness goes. */
export interface Envelope {
  /** Seconds from silence to full loudness. */
  readonly attack: number;
  /** Seconds from its end to silence. */
  readonly release: number;
  /** Seconds in which it falls to half. */
  readonly halfLife: number;
}

/** A note in full. */
export interface Tone {
  readonly pitch: number;
  readonly time: number;
  readonly duration: number;
  readonly velocity: number;
}

/** The frequency of a key in equal temperament, in hertz. */
export const frequencyOf = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

/**
 * Adds a tone to a sound.
 *
 * @param sum the sound so far, which is changed
 * @param partials how loud each multiple of the tone's frequency is
 */
export function addTone(
  sum: Float64Array,
  { pitch, time, duration, velocity }: Tone,
  partials: readonly number[],
  sampleRate: number,
  envelope: Envelope,
): void {
  const first = Math.ceil(time * sampleRate);
  const last = Math.min(sum.length, Math.ceil((time + duration + envelope.release) * sampleRate));
  const loudness = loudnessFor(time, duration, velocity, first, last, sampleRate, envelope);
  partials.forEach((level, index) => {
    const frequency = frequencyOf(pitch) * (index + 1);
    if (level === 0 || frequency >= sampleRate / 2) return;
    const turn = (2 * Math.PI * frequency) / sampleRate;
    // sin((n + 1) w) = 2 cos(w) sin(n w) − sin((n − 1) w), from the exact phase of the first two samples on.
    const phase = 2 * Math.PI * frequency * (first / sampleRate - time);
    const twice = 2 * Math.cos(turn);
    let before = Math.sin(phase - turn);
    let now = Math.sin(phase);
    for (let at = first; at < last; at++) {
      sum[at] = (sum[at] as number) + level * now * (loudness[at - first] as number);
      const next = twice * now - before;
      before = now;
      now = next;
    }
  });
}

/** The tone's loudness at each of its samples: a straight rise, a fall by halves, and behind the end a straight fall to silence. */
function loudnessFor(
  time: number,
  duration: number,
  velocity: number,
  first: number,
  last: number,
  sampleRate: number,
  { attack, release, halfLife }: Envelope,
): Float64Array {
  const loudness = new Float64Array(Math.max(0, last - first));
  const less = 2 ** (-1 / (sampleRate * halfLife));
  let held = velocity * 2 ** ((time - first / sampleRate) / halfLife);
  for (let index = 0; index < loudness.length; index++) {
    const since = (first + index) / sampleRate - time;
    const rise = Math.min(1, since / attack);
    const fall = Math.max(0, Math.min(1, 1 - (since - duration) / release));
    loudness[index] = held * rise * fall;
    held *= less;
  }
  return loudness;
}
