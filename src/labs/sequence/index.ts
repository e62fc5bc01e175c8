/** Networks that learn items which begin and end: tunes, molecules, dialogues, strokes, speech, pictures; checks and renderers of these. */
export { resample } from "./audio/resample.js";
export { readWav, type WavSound, writeWav } from "./audio/wav.js";
export {
  checkDialogue,
  type DialogueCheck,
  type DialogueSpeakers,
  type Turn,
} from "./dialogue/checkDialogue.js";
export { dialogueGrammar } from "./dialogue/dialogueGrammar.js";
export { type LoadedSequences, type LoadSequencesOptions, loadSequences } from "./files/loadSequences.js";
export { loadSequence, type SavedSequence } from "./files/sequenceFolder.js";
export type { SequenceRecord } from "./files/sequenceRecord.js";
export type { StrokeItem } from "./handwriting/strokeItem.js";
export { type StrokesOptions, strokesFields, type WrittenStrokes } from "./handwriting/strokesOptions.js";
export { StrokeTask } from "./handwriting/strokeTask.js";
export {
  type StrokeTaskConfig,
  type StrokeTaskOptions,
  strokeTaskConfig,
} from "./handwriting/strokeTaskConfig.js";
export { StrokeWriter } from "./handwriting/strokeWriter.js";
export type { Grammar, GrammarReading } from "./items/grammar.js";
export { Symbols } from "./items/symbols.js";
export { type ReadItemsOptions, readItems, type TokenItems } from "./items/tokenItems.js";
export { TokenTask } from "./items/tokenTask.js";
export { type TokenTaskConfig, type TokenTaskOptions, tokenTaskConfig } from "./items/tokenTaskConfig.js";
export { type ItemsOptions, itemsFields, TokenWriter, type WrittenTokens } from "./items/tokenWriter.js";
export type { Judgement, Learnt } from "./kinds/judgement.js";
export type { TokenKind as ItemKind, TokenKindName as ItemKindName } from "./kinds/tokenKind.js";
export { type KindFacts as ItemKindFacts, tokenKindOf as itemKindOf } from "./kinds/tokenKinds.js";
export {
  type AssessMoleculesOptions,
  assessMolecules,
  type MoleculeReport,
} from "./molecules/assessMolecules.js";
export { checkSmiles } from "./molecules/checkSmiles.js";
export { type KnownMolecules, knownMolecules } from "./molecules/knownMolecules.js";
export { type MoleculeSheetOptions, moleculeSheet } from "./molecules/moleculeSheet.js";
export { type OpenRdkitOptions, openRdkit, type Rdkit } from "./molecules/rdkit.js";
export type { SmilesFault, SmilesFaultKind } from "./molecules/readSmiles.js";
export { smilesGrammar } from "./molecules/smilesGrammar.js";
export { smilesTokens, unknownTokens } from "./molecules/smilesTokens.js";
export { checkAbc } from "./music/check/checkAbc.js";
export type { AbcProblem, BarCheck, BarStatus, TuneCheck } from "./music/check/tuneCheck.js";
export { type AbcGrammarOptions, abcGrammar } from "./music/grammar/abcGrammar.js";
export { checkMidi, type MidiSummary } from "./music/midi/checkMidi.js";
export { type MidiNote, type MidiSound, readMidi } from "./music/midi/readMidi.js";
export { type TuneMidiOptions, tuneMidi } from "./music/midi/tuneMidi.js";
export { type TuneScore, type TuneScoreOptions, tuneScore } from "./music/score/tuneScore.js";
export { type SoundNote, type SynthesizeOptions, synthesize } from "./music/sound/synthesize.js";
export { type TuneSamplesOptions, tuneSamples } from "./music/sound/tuneSamples.js";
export { splitTunes, type TuneText } from "./music/splitTunes.js";
export { summarizeTunes, type TunesSummary } from "./music/summary.js";
export { type Binarisation, binarise } from "./pictures/binarise.js";
export { PictureTask, type PictureTaskConfig } from "./pictures/pictureTask.js";
export { type DrawPicturesOptions, drawPicturesFields, PictureWriter } from "./pictures/pictureWriter.js";
export { type GreyPictures, readIdx } from "./pictures/readIdx.js";
export { type SpeechItem, speechName } from "./speech/speechItem.js";
export { SpeechTask } from "./speech/speechTask.js";
export { type SpeechTaskConfig, speechTaskConfig } from "./speech/speechTaskConfig.js";
export {
  type SayOptions,
  SpeechWriter,
  type Spoken,
  type SpokenWord,
  sayFields,
} from "./speech/speechWriter.js";
export type { Drawing, Stroke } from "./strokes/drawing.js";
export {
  type DrawingsRead,
  type ReadDrawingsOptions,
  readDrawings,
  type SkippedDrawing,
  type WriteDrawingsOptions,
  writeDrawings,
} from "./strokes/readDrawings.js";
export { type ReadSvgStrokesOptions, readSvgStrokes } from "./strokes/readSvgStrokes.js";
export { type SimplifyStrokesOptions, simplifyStrokes } from "./strokes/simplifyStrokes.js";
export {
  type OffsetsToStrokesOptions,
  offsetScale,
  offsetsToStrokes,
  scaleOffsets,
  strokeOffsets,
  unscaleOffsets,
} from "./strokes/strokeOffsets.js";
export { type StrokesSvgOptions, strokesSvg } from "./strokes/strokesSvg.js";
export type { HeldOutItems, SequenceFigures, SequenceReport } from "./training/sequenceReport.js";
export type {
  JudgedSample,
  Measured,
  SampleRequest,
  SequenceTask,
  TaskBatch,
} from "./training/sequenceTask.js";
export {
  type LearnOptions,
  learnFields,
  SequenceTrainer,
  type SequenceTrainerOptions,
} from "./training/sequenceTrainer.js";
export { type TrainingOptions, trainingFields } from "./training/trainingOptions.js";
