import { nearest } from "../../../engine/errors.js";
import { type ClassNames, namesOfClassifier } from "../../../io/models/classNames.js";
import { activationsOf, type Classifier } from "../../../io/models/openClassifier.js";
import { UsageError } from "../shell/run.js";

/** How a class is named on a command line. */
export const classFlag = "--class <name|number>";

/**
 * The number of a class that is named: by its number from 0, its name in any case, or a part that no other name has.
 *
 * @param names of the classifier's classes; `undefined` where nobody knows them
 * @param classifier its name, and how many classes it has
 * @throws UsageError where no class is called so, with the nearest, or several are
 */
function classNamed(
  text: string,
  names: ClassNames | undefined,
  { name, count }: { readonly name: string; readonly count: number },
): number {
  if (/^\d+$/.test(text)) {
    if (Number(text) < count) return Number(text);
    throw new UsageError(`--class: ${name} has no class ${text}; its ${count} are numbered from 0.`);
  }
  if (names === undefined) {
    throw new UsageError(`--class: nothing names the classes of ${name}; give a number, received "${text}".`);
  }
  const wanted = text.trim().toLowerCase();
  const all = [...names].map(([at, own]) => [at, own.toLowerCase()] as const);
  const found = all.filter(([, own]) => own === wanted);
  const parts = found.length > 0 || wanted === "" ? found : all.filter(([, own]) => own.includes(wanted));
  if (parts.length === 1) return (parts[0] as readonly [number, string])[0];
  const called = (list: readonly (readonly [number, string])[]): string =>
    list.map(([at]) => `${names.get(at)} (${at})`).join(", ");
  if (parts.length > 1) {
    throw new UsageError(`--class: ${parts.length} classes of ${name} have "${text}" in their names.`, {
      help: `There are: ${called(parts.slice(0, 8))}${parts.length > 8 ? ", …" : ""}.`,
    });
  }
  const words = [...names.values()];
  const own = nearest(wanted, words);
  throw new UsageError(`--class: ${name} has no class "${text}".`, {
    help:
      own === undefined
        ? `It knows ${words.length}, such as ${words.slice(0, 5).join(", ")}.`
        : `Did you mean "${own}"?`,
  });
}

/** The class scores before a softmax. @throws UsageError where there is nothing like them */
export function scoresOf(classifier: Classifier): string {
  const found = activationsOf(classifier).findLast(
    ({ shape, operator }) =>
      operator !== "Softmax" && shape.length > 1 && shape.every((size, axis) => axis === 1 || size === 1),
  );
  if (found !== undefined) return found.name;
  throw new UsageError(`Name the class scores with --scores: ${classifier.name} has nothing like them.`);
}

/**
 * The class of a classifier that is named as {@link classNamed} says.
 *
 * @param scores the activation that holds the class scores
 * @param own names that go before the classifier's own. Default: none.
 */
export function classOf(text: string, classifier: Classifier, scores: string, own?: ClassNames): number {
  const count = activationsOf(classifier).find(({ name }) => name === scores)?.shape[1] ?? 0;
  const names = own ?? namesOfClassifier(classifier, count);
  return classNamed(text, names, { name: classifier.name, count });
}
