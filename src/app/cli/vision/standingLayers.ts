import { activationsOf, type Classifier } from "../../../io/models/openClassifier.js";
import type { DreamLayer } from "../../../labs/dream/objective.js";
import { suggestLayer } from "../../../labs/dream/suggestLayer.js";
import { UsageError } from "../shell/run.js";

/** What Imago knows of the network, or else a layer where dreams have creatures. @throws UsageError where it has none */
export function standingLayers(classifier: Classifier): DreamLayer[] {
  const known = Object.entries(classifier.entry?.dream ?? {});
  if (known.length > 0) return known.map(([name, weight]) => ({ name, weight }));
  const name = suggestLayer(activationsOf(classifier));
  if (name !== undefined) return [{ name }];
  throw new UsageError(`Name a layer with --layer: nothing in ${classifier.name} has positions in an image.`);
}
