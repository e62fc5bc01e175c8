import { describe, expect, it } from "vitest";
import { dense } from "../../nn/layers/core/dense.js";
import { exportOnnx } from "../../nn/models/exportOnnx.js";
import { OnnxModel } from "../../nn/models/onnxModel.js";
import { sequential } from "../../nn/models/sequential.js";
import { distill } from "./distill.js";
import { blobs, network } from "./testing/blobs.js";

const teacher = network(12, 2);
const student = network(8, 1);
const refuse = (more: object) => expect(() => distill({ teacher, student, ...more } as never));
const features = { student: "hidden", teacher: "hidden" };

describe("options that nothing would read", () => {
  it("are refused where they are of another mode", () => {
    refuse({ centred: true }).toThrow('distill: centred serves mode "logits", and mode is "soft".');
    refuse({ mode: "hard", ownWeight: 2 }).toThrow('ownWeight serves mode "decoupled", and mode is "hard".');
    refuse({ othersWeight: 8 }).toThrow('othersWeight serves mode "decoupled", and mode is "soft".');
    refuse({ features }).toThrow('features serve mode "features", and mode is "soft".');
    refuse({ centred: false }).not.toThrow();
    refuse({ mode: "logits", centred: true }).not.toThrow();
    refuse({ mode: "decoupled", ownWeight: 2, othersWeight: 1 }).not.toThrow();
  });

  it("are refused where a mode has no temperature", () => {
    const text =
      'distill: mode "logits" has no temperature but to average probabilities of several teachers. Leave it out';
    refuse({ mode: "logits", temperature: 4 }).toThrow(text);
    refuse({ mode: "features", features, temperature: 4 }).toThrow(
      'mode "features" has no temperature. Leave',
    );
    const several = [teacher, network(6, 3)];
    refuse({ teacher: several, mode: "hard", temperature: 4, average: "logits" }).toThrow(
      "no temperature but",
    );
    refuse({ teacher: several, mode: "hard", temperature: 4 }).not.toThrow();
    refuse({ mode: "hard", temperature: 1 }).not.toThrow();
  });

  it("are refused where what they belong to is missing", () => {
    refuse({ classMap: { a: "b" } }).toThrow("classMap joins names of classes, and none are given");
    const classes = { anser: ["a", "b", "c"] };
    const text = 'the student has no output "anser". Did you mean "answer"?';
    refuse({ classes, teacherClasses: classes }).toThrow(`distill: classes: ${text}`);
    refuse({ teacherClasses: classes }).toThrow(`distill: teacherClasses: ${text}`);
  });
});

describe("names of classes", () => {
  const [two, three] = [
    ["a", "b"],
    ["a", "b", "c"],
  ];

  it("are as many as the student has", () => {
    refuse({ classes: two, teacherClasses: two }).toThrow(
      'distill: classes has 2 names for "answer", and the student gives 3 classes. Name all of them',
    );
  });

  it("are as many as the teacher has, as soon as that is known", async () => {
    const text =
      'distill: teacherClasses has 4 names for "answer", and the teacher gives 3 classes. Name all of them';
    const four = ["a", "b", "c", "d"];
    refuse({ classes: three, teacherClasses: four, classMap: {} }).toThrow(text);
    const file = new OnnxModel(exportOnnx(teacher));
    const training = distill({ teacher: file, student, classes: three, teacherClasses: four, classMap: {} });
    training.compile();
    await expect(training.fit(blobs(8).x, null)).rejects.toThrow(text);
  });
});

describe("teachers that do not fit", () => {
  const wide = sequential({
    name: "wide",
    layers: [{ inputShape: [6] }, dense({ units: 3, activation: "softmax", name: "answer" })],
  });

  it("are named with both shapes when distill is called", () => {
    refuse({ teacher: wide }).toThrow(
      'distill: the teacher "wide" takes [?, 6] for its input "input", and the student\'s "input" is [?, 4]. Both must',
    );
    refuse({ teacher: new OnnxModel(exportOnnx(wide), { name: "wide.onnx" }) }).toThrow(
      'the teacher "wide.onnx" takes [?, 6] for its input "input", and the student\'s "input" is [?, 4].',
    );
  });

  it("and so is whose layer is missing", () => {
    const wrong = (more: object) => refuse({ mode: "features", features: { ...features, ...more } });
    wrong({ student: "hidd" }).toThrow(
      `distill: features: the student "${student.name}" has no layer "hidd". Did you mean "hidden"? There are: input, hidden, answer.`,
    );
    wrong({ teacher: "hiden" }).toThrow(
      `features: the teacher "${teacher.name}" has no layer "hiden". Did you mean`,
    );
    const file = new OnnxModel(exportOnnx(teacher));
    refuse({ teacher: file, mode: "features", features: { student: "hidden", teacher: "nowhere" } }).toThrow(
      'features: the teacher "model.onnx" has no layer "nowhere".',
    );
  });
});
