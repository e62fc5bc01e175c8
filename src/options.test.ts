import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import * as classify from "./classify.js";
import { ImagoError } from "./engine/errors.js";
import type { Field, Fields } from "./engine/options.js";
import { Tensor } from "./engine/tensor/tensor.js";
import { testRuntime } from "./engine/testing/evaluate.js";
import { preparePicture } from "./io/images/preparePicture.js";
import { readImage } from "./io/images/readImage.js";
import { encodeAnimation, writeAnimation } from "./io/images/writeAnimation.js";
import { encodeImage, writeImage } from "./io/images/writeImage.js";
import { writeVideo } from "./io/images/writeVideo.js";
import { cacheFolder } from "./io/models/cacheFolder.js";
import { download } from "./io/models/download.js";
import { openClassifier } from "./io/models/openClassifier.js";
import { follow, get } from "./io/models/request.js";
import { statedFile } from "./io/models/statedFile.js";
import { ModelStore } from "./io/models/store.js";
import * as runs from "./io/runs/index.js";
import { openTable } from "./io/tables/openTable.js";
import { tableWriter } from "./io/tables/tableWriter.js";
import { writeTable } from "./io/tables/writeTable.js";
import { drawnData, drawnPart, foreignClassifier } from "./labs/classify/testing/drawn.js";
import * as dreams from "./labs/dream/index.js";
import * as filters from "./labs/filters/index.js";
import * as sequence from "./labs/sequence/index.js";
import * as text from "./labs/sequence/text/index.js";
import * as styles from "./labs/style/index.js";
import * as labTable from "./labs/table/index.js";
import { meanOfTable } from "./labs/table/testing/models.js";
import { OnnxModel } from "./nn/models/onnxModel.js";
import * as lbfgs from "./nn/optimizers/lbfgs.js";
import { expectRefusals, type OptionTable, unlisted, unmatched } from "./testing/optionRefusals.js";
import { contactSheet } from "./vision/contactSheet.js";
import { onnxImageNetwork } from "./vision/imageNetwork.js";
import { Preprocessing, preprocessing } from "./vision/preprocessing.js";
import { tinyImage, tinyModel, tinyNetwork } from "./vision/testing/tinyNetwork.js";

/** Everything that the files of a folder export. */
async function exportsOf(folder: string): Promise<Record<string, unknown>> {
  const path = join(import.meta.dirname, folder);
  const files = readdirSync(path).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(join(path, name)).href)));
  return Object.assign({}, ...modules) as Record<string, unknown>;
}

const network = tinyNetwork();
const image = tinyImage(40, 40);
const corpus = "so be cheery, my lads! let your hearts never fail.\n".repeat(10);
const config = text.textConfig(corpus, { units: 4, length: 8, batchSize: 8 });
const probabilities = [0.5, 0.5];
const random = { uniforms: () => new Float32Array(1) } as never;

const talks = ["U: a\nA: b", "U: b\nA: a"];
const talkTask = new sequence.TokenTask(
  talks,
  sequence.tokenTaskConfig(talks, "dialogue", { units: 2, heldOut: 0 }),
);
const grey = { count: 1, height: 1, width: 1, pixels: new Uint8Array(1) };
const line = { strokes: [{ x: [0, 1], y: [0, 1] }], word: "", facts: {} };
const foreign = new OnnxModel(foreignClassifier());
const drawnClassifier = classify.onnxClassifier(foreign, {
  preprocessing: preprocessing({ preset: "keras", size: 16 }),
  classes: ["across", "down", "spot", "fourth", "fifth"],
});

const tables: Readonly<Record<string, OptionTable>> = {
  "labs/dream": {
    exports: dreams,
    calls: {
      dream: (options) => dreams.dream(network, image, options),
      dreamEachLayer: (options) => dreams.dreamEachLayer(network, image, options),
      dreamImage: (options) => dreams.dreamImage(network, image, options),
      dreamZoom: (options) => dreams.dreamZoom(network, image, options),
    },
    required: ["dream", "dreamEachLayer", "dreamImage", "dreamZoom"],
    without: ["octaveSizes", "parseDreamLayer", "suggestLayer", "suggestLayers"],
  },
  "labs/style": {
    exports: styles,
    calls: {
      style: (options) => styles.style(network, image, [image], options),
      styleImage: (options) => styles.styleImage(network, image, [image], options),
      interpolateStyles: (options) => styles.interpolateStyles(network, image, [image, image], 2, options),
    },
    required: ["style", "styleImage", "interpolateStyles"],
    without: ["gramMatrix", "parseStyleLayer", "strip", "suggestStyleLayers", "totalVariation"],
  },
  "labs/filters": {
    exports: filters,
    calls: {
      activationMaps: (options) => filters.activationMaps(network, image, "second", options),
      explain: (options) => filters.explain(network, image, options),
      filterPictures: (options) => filters.filterPictures(network, options),
      filterSteps: (options) => filters.filterSteps(network, options),
    },
    required: ["explain", "filterPictures", "filterSteps"],
    without: ["heatOverlay"],
  },
  "labs/table": {
    exports: labTable,
    calls: {
      TableModel: (options) => new labTable.TableModel(options),
      collectFacts: (options) => labTable.collectFacts(["a"], [], options),
      learnTable: (options) => labTable.learnTable(options),
      planTable: (options) => labTable.planTable([], options),
      readTable: (options) => labTable.readTable({ columns: [] }, ["a"], [], options),
      restoreSchema: (options) => labTable.restoreSchema(options),
      shapleyValues: (options) => labTable.shapleyValues(options),
      tableOnnx: (options) => labTable.tableOnnx(new labTable.TableModel(meanOfTable), options),
    },
    required: ["TableModel", "learnTable", "planTable", "restoreSchema", "shapleyValues"],
    without: ["loadTableModel", "readingNotices", "reportPage", "reportText", "saveTableModel"],
  },
  "labs/sequence/text": {
    exports: text,
    calls: {
      TextTrainer: (options) => new text.TextTrainer(corpus, config, options),
      "TextTrainer.train": (options) => new text.TextTrainer(corpus, config).train(options),
      "TextTrainer(config)": (options) => new text.TextTrainer(corpus, options),
      TextWriter: (options) => text.TextWriter.open(options, {} as never, testRuntime()),
      Vocabulary: (options) => new text.Vocabulary(options),
      generateTokens: (options) => text.generateTokens({} as never, new Int32Array(1), options),
      sample: (options) => text.sample(probabilities, options, random),
      steppingNetwork: (options) => text.steppingNetwork(options, 3),
      textCheckpoint: (options) => text.textCheckpoint(options),
      textConfig: (options) => text.textConfig(corpus, options),
      trainingNetwork: (options) => text.trainingNetwork(config.network, 3, options),
      vocabularyOf: (options) => text.vocabularyOf(corpus, options),
    },
    required: ["TextWriter", "Vocabulary", "TextTrainer(config)", "textCheckpoint", "trainingNetwork"],
    without: [
      ...["Stepper", "argMax", "checkStrands", "copyWeights", "corpusOf", "decodeText", "denseBatchCount"],
      ...["denseBatches", "loadText", "parseTextConfig", "readCorpus", "reweight", "tokenize", "truncate"],
      ...["windowBatches", "windowsOf"],
    ],
  },
  "labs/sequence": {
    exports: sequence,
    calls: {
      PictureTask: (options) => new sequence.PictureTask(grey, options),
      SequenceTrainer: (options) => new sequence.SequenceTrainer(talkTask, options),
      "SequenceTrainer.train": (options) =>
        new sequence.SequenceTrainer(talkTask, { steps: 1, every: 1 }).train(options),
      SpeechTask: (options) => new sequence.SpeechTask([], options),
      StrokeTask: (options) => new sequence.StrokeTask([{ offsets: [1, 2, 0] }], options),
      TokenTask: (options) => new sequence.TokenTask(talks, options),
      abcGrammar: (options) => sequence.abcGrammar(options),
      assessMolecules: (options) => sequence.assessMolecules([], options),
      checkDialogue: (options) => sequence.checkDialogue("", options),
      itemKindOf: (options) => sequence.itemKindOf("dialogue", options),
      loadSequences: (options) => sequence.loadSequences("nowhere.abc", options),
      moleculeSheet: (options) => sequence.moleculeSheet(["C"], options),
      offsetsToStrokes: (options) => sequence.offsetsToStrokes([], options),
      openRdkit: (options) => sequence.openRdkit(options),
      readDrawings: (options) => sequence.readDrawings("", options),
      readItems: (options) => sequence.readItems("U: a\nA: b", sequence.itemKindOf("dialogue"), options),
      readSvgStrokes: (options) => sequence.readSvgStrokes("<svg/>", options),
      simplifyStrokes: (options) => sequence.simplifyStrokes(line, options),
      speechTaskConfig: (options) => sequence.speechTaskConfig([], options),
      strokeTaskConfig: (options) => sequence.strokeTaskConfig([{ offsets: [1, 2, 0] }], options),
      strokesSvg: (options) => sequence.strokesSvg([line], options),
      synthesize: (options) => sequence.synthesize([], options),
      tokenTaskConfig: (options) => sequence.tokenTaskConfig(talks, "dialogue", options),
      tuneMidi: (options) => sequence.tuneMidi("", options),
      tuneSamples: (options) => sequence.tuneSamples("", options),
      tuneScore: (options) => sequence.tuneScore("", options),
      writeDrawings: (options) => sequence.writeDrawings([line], options),
    },
    required: ["PictureTask", "SpeechTask", "StrokeTask", "TokenTask"],
    without: [
      ...["PictureWriter", "SpeechWriter", "StrokeWriter", "Symbols", "TokenWriter", "binarise", "checkAbc"],
      ...[
        "checkMidi",
        "checkSmiles",
        "dialogueGrammar",
        "knownMolecules",
        "loadSequence",
        "offsetScale",
        "readIdx",
      ],
      ...["readMidi", "readWav", "resample", "scaleOffsets", "smilesGrammar", "smilesTokens", "speechName"],
      ...["splitTunes", "strokeOffsets", "summarizeTunes", "unknownTokens", "unscaleOffsets", "writeWav"],
    ],
  },
  "labs/classify": {
    exports: classify,
    calls: {
      "Classifier.top": (options) => drawnClassifier.top(Tensor.zeros([16, 16, 3]), options),
      assess: (options) => classify.assess(drawnClassifier, drawnPart({ each: 1, side: 16 }), options),
      exportClassifier: (options) => classify.exportClassifier({ model: {}, record: {} } as never, options),
      onnxClassifier: (options) => classify.onnxClassifier(foreign, options),
      trainClassifier: (options) => classify.trainClassifier(drawnData({ each: 1 }), options),
      transferBase: (options) => classify.transferBase(foreign, options),
    },
    required: ["onnxClassifier", "transferBase"],
    without: [
      ...["classesCsv", "confusionCsv", "confusionPicture", "findHead", "loadClassifier"],
      ...["Classifier", "mistakesCsv", "saveClassifier"],
    ],
  },
  vision: {
    exports: await exportsOf("vision"),
    calls: {
      Preprocessing: (options) => new Preprocessing(options),
      contactSheet: (options) => contactSheet([image], options),
      onnxImageNetwork: (options) => onnxImageNetwork(tinyModel(), preprocessing(), options),
      preprocessing: (options) => preprocessing(options),
    },
    without: [
      ...[
        "PixelDescent",
        "channelAxis",
        "columnsFor",
        "drawLettering",
        "drawable",
        "letteringSize",
        "fillTransparent",
        "fromPlanes",
        "joinAlpha",
        "parseWeighted",
        "requirePositions",
        "resample",
        "resamplePlane",
      ],
      ...["sizeOfPlanes", "splitAlpha", "toPlanes"],
      ...["classifierMetadata", "haveSameProportions", "inputSize", "layoutOf", "readClassifierRecord"],
    ],
  },
  "io/images": {
    exports: await exportsOf("io/images"),
    calls: {
      encodeAnimation: (options) => encodeAnimation([image], "gif", options),
      encodeImage: (options) => encodeImage(image, "png", options),
      preparePicture: (options) => preparePicture(new Uint8Array(), options),
      readImage: (options) => readImage(new Uint8Array(), options),
      writeAnimation: (options) => writeAnimation("never.gif", [image], options),
      writeImage: (options) => writeImage("never.png", image, options),
      writeVideo: (options) => writeVideo("never.mp4", [image], options),
    },
    required: ["preparePicture"],
    without: [
      ...["damagedPicture", "decodePicture", "knownFormat", "lookAtPictures", "pictureSize", "sizeField"],
      "tooManyPixels",
      ...[
        "checkFfmpeg",
        "codec",
        "findPreprocessing",
        "foreignFormat",
        "formatOfBytes",
        "formatOfPath",
        "preprocessingPath",
      ],
      ...["readPreprocessing", "samplesOf", "textOf"],
    ],
  },
  "io/models": {
    exports: await exportsOf("io/models"),
    calls: {
      ModelStore: (options) => new ModelStore(options),
      "ModelStore.pull": (options) => new ModelStore().pull("vgg-19", options),
      "ModelStore.pullFrom": (options) => new ModelStore().pullFrom("https://example.com/a.onnx", options),
      cacheFolder: (options) => cacheFolder(options),
      download: (options) => download({ address: "", bytes: 0, sha256: "" }, "never", options),
      follow: (options) => follow("https://example.com", options),
      get: (options) => get("https://example.com", options),
      openClassifier: (options) => openClassifier("never.onnx", options),
      statedFile: (options) => statedFile("https://example.com", options),
    },
    required: ["follow", "get"],
    without: [
      ...[
        "Interrupted",
        "activationsOf",
        "checkModelName",
        "discard",
        "downloadError",
        "explained",
        "holds",
        "isAddress",
      ],
      ...[
        "sizeOf",
        "isModelName",
        "isModelPath",
        "isPacked",
        "isPassing",
        "checkPacked",
        "packedPath",
        "isSha256",
        "lfsFileAddress",
        "lfsPointerAddress",
      ],
      ...["listRecords", "megabytes", "modelFile", "modelNamed", "nameFromAddress", "parseAddress"],
      ...[
        "partialPath",
        "readLfsPointer",
        "readRecord",
        "recordPath",
        "sizeOf",
        "statedDigests",
        "throughProxy",
      ],
      ...["statedSize", "writeRecord"],
      ...["namesIn", "namesInMetadata", "namesOfClassifier"],
      // They take what others have read.
      ...["dispatcherFrom", "retry"],
    ],
  },
  "io/runs": {
    exports: runs,
    calls: {
      compareRuns: (options) => runs.compareRuns(["a", "b"], options),
      exportRuns: (options) => runs.exportRuns(options),
      listRuns: (options) => runs.listRuns(options),
      openRun: (options) => runs.openRun(options),
      readRun: (options) => runs.readRun("a", options),
      removeRun: (options) => runs.removeRun("a", options),
      tagRun: (options) => runs.tagRun("a", options),
      track: (options) => runs.track(options),
    },
  },
  "io/tables": {
    exports: await exportsOf("io/tables"),
    calls: {
      openTable: (options) => openTable({ name: "t", bytes: new Uint8Array() }, options),
      tableWriter: (options) => tableWriter(options),
      writeTable: (options) => writeTable("never.csv", [], options),
    },
    required: ["tableWriter", "writeTable"],
    without: [
      ...["columnNames", "formatOfName", "formatOfText", "isTabName", "refuseOtherKinds", "separatorName"],
      "tableBytes",
    ],
  },
  lbfgs: {
    exports: lbfgs,
    calls: {
      lbfgs: (options) =>
        lbfgs.lbfgs(Float64Array.of(1), () => ({ loss: 0, gradient: Float64Array.of(0) }), options),
    },
  },
};

describe.each(Object.entries(tables))("%s", (_, table) => {
  it("has every exported function in its table", () => {
    expect(unlisted(table)).toEqual([]);
    expect(unmatched(table)).toEqual([]);
  });

  it.each(Object.entries(table.calls))("%s refuses what is no options", async (name, call) => {
    await expectRefusals(call, table.required?.includes(name) ?? false, name === "preprocessing");
  });
});

/** Every field of numbers in an object of fields that a file exports, by the file and its names. */
async function exportedNumbers(): Promise<[name: string, field: Field<unknown>][]> {
  const root = import.meta.dirname;
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("testing"),
  );
  const exporting = files.filter((path) =>
    /^export const \w*fields\b/im.test(readFileSync(join(root, path), "utf8")),
  );
  const found: [string, Field<unknown>][] = [];
  for (const path of exporting) {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(root, path)).href);
    for (const [name, value] of Object.entries(module)) {
      if (!/fields$/i.test(name) || typeof value !== "object" || value === null) continue;
      for (const [option, field] of Object.entries(value as Fields)) {
        if (field.form?.kind === "number" || field.form?.kind === "numbers") {
          found.push([`${path} ${name}.${option}`, field]);
        }
      }
    }
  }
  return found;
}

describe("an option that is a number", async () => {
  const all = await exportedNumbers();

  it("is found in every file that exports fields", () => {
    expect(all.length).toBeGreaterThan(80);
  });

  it.each(all)("%s has both ends of its range", (_, field) => {
    for (const value of [-1e300, 1e300, Number.NaN]) {
      const count = field.form?.kind === "numbers" ? (field.form.count ?? 1) : undefined;
      const given = count === undefined ? value : Array.from({ length: count }, () => value);
      expect(() => field.read("thing", "n", given), String(value)).toThrow(ImagoError);
    }
  });
});
