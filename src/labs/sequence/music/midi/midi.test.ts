import { describe, expect, it } from "vitest";
import type { Load } from "../packages.js";
import { checkMidi } from "./checkMidi.js";
import { readMidi } from "./readMidi.js";
import { tuneMidi } from "./tuneMidi.js";

const head = "M:4/4\nL:1/4\nQ:1/4=120\nK:C\n";

describe("tuneMidi and readMidi", () => {
  it("give the notes of a tune at their times", async () => {
    // 120 quarters a minute: half a second each. The repeat is played twice.
    const { notes, seconds } = await readMidi(await tuneMidi(`${head}|:C ^D/E/ c2:|`));
    const heard = notes.map(({ pitch, time, track }) => [pitch, Math.round(time * 1000), track]);
    const once = [
      [60, 0, 0],
      [63, 500, 0],
      [64, 750, 0],
      [72, 1000, 0],
    ];
    expect(heard).toEqual([...once, ...once.map(([pitch = 0, time = 0]) => [pitch, time + 2000, 0])]);
    expect(seconds).toBeCloseTo(4, 1);
    for (const { duration, velocity } of notes) {
      expect(duration).toBeGreaterThan(0.2);
      expect(velocity).toBeGreaterThan(0.2);
      expect(velocity).toBeLessThanOrEqual(1);
    }
  });

  it("play chord names in tracks of their own", async () => {
    const file = await tuneMidi(`${head}"C"CEGc|"G7"BGFD|"C"C4|]`);
    expect(checkMidi(file).tracks).toBeGreaterThan(1);
    const { notes } = await readMidi(file);
    expect(notes.filter(({ track }) => track === 0)).toHaveLength(9);
    expect(notes.filter(({ track }) => track > 0).length).toBeGreaterThan(5);
  });

  it("take items without number and title", async () => {
    expect((await readMidi(await tuneMidi("R:reel\nM:4/4\nL:1/4\nK:G\nGABc|"))).notes).toHaveLength(4);
  });
});

describe("tuneMidi", () => {
  it("makes nothing of what the check has not passed", async () => {
    await expect(tuneMidi("no abc at all")).rejects.toThrow(
      "tuneMidi: the tune has a fault in line 1, column 1",
    );
    await expect(tuneMidi("")).rejects.toThrow(
      "tuneMidi: the tune has a fault in line 1, column 1: an empty text.",
    );
    await expect(tuneMidi(`${head}CDEFG|`)).rejects.toThrow(
      "tuneMidi: bar 1 (line 5, column 1) holds 5/4 where 1 fill it.",
    );
    await expect(tuneMidi(`${head}CDEFG|`, { allowWrongBars: true })).resolves.toBeInstanceOf(Uint8Array);
  });

  it("refuses unknown options, and says what is missing", async () => {
    const typo: object = { allowWrongBar: true };
    await expect(tuneMidi(`${head}CDEF|`, typo)).rejects.toThrow('Did you mean "allowWrongBars"?');
    const missing: Load = () => Promise.reject(new Error("not found"));
    await expect(tuneMidi(`${head}CDEF|`, {}, missing)).rejects.toThrow(
      "Install it: npm install abcjs@6.7.2",
    );
  });

  it("does not take just anything from abcjs", async () => {
    const fallen: Load = async () => ({
      synth: {
        getMidiFile: () => {
          throw new TypeError("x of undefined");
        },
      },
    });
    await expect(tuneMidi(`${head}CDEF|`, {}, fallen)).rejects.toThrow(
      "tuneMidi: abcjs could not make anything of the tune: x of undefined.",
    );
    const broken =
      (made: unknown): Load =>
      async () => ({ synth: { getMidiFile: () => made } });
    await expect(tuneMidi(`${head}CDEF|`, {}, broken("text"))).rejects.toThrow(
      "tuneMidi: abcjs made no MIDI file of the tune.",
    );
    await expect(tuneMidi(`${head}CDEF|`, {}, broken([Uint8Array.of(1)]))).rejects.toThrow(
      "checkMidi: what abcjs made is no whole MIDI file",
    );
  });
});

describe("readMidi", () => {
  it("refuses half a file, which the package behind it would take", async () => {
    const file = await tuneMidi(`${head}CDEF|GABc|`);
    await expect(readMidi(file.subarray(0, file.length / 2), "half.mid")).rejects.toThrow(
      "checkMidi: half.mid is no whole MIDI file",
    );
  });

  it("refuses whole files of events that are none", async () => {
    const bytes = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
    const junk = [0xff, 0xff, 0xff, 0xff, 0xff, 0x2f, 0];
    const file = Uint8Array.from([
      ...bytes("MThd"),
      0,
      0,
      0,
      6,
      0,
      0,
      0,
      1,
      0,
      96,
      ...bytes("MTrk"),
      0,
      0,
      0,
      7,
      ...junk,
    ]);
    await expect(readMidi(file, "junk.mid")).rejects.toThrow(
      "readMidi: the events of junk.mid cannot be read:",
    );
    const film = file.slice();
    film.set([0xe7, 0x28], 12);
    await expect(readMidi(film, "film.mid")).rejects.toThrow(
      "readMidi: film.mid counts time in frames of film, which is not read.",
    );
  });

  it("says what is missing", async () => {
    const file = await tuneMidi(`${head}CDEF|`);
    const missing: Load = () => Promise.reject(new Error("not found"));
    await expect(readMidi(file, "a.mid", missing)).rejects.toThrow(
      "readMidi: reading MIDI needs the package @tonejs/midi, which is not there.",
    );
  });
});
