import { expect, it } from "vitest";
import packageJson from "../../../../package.json" with { type: "json" };
import { ImagoError } from "../../../engine/errors.js";
import { bookPackage, mobyDick } from "./mobyDick.js";

const { name, version } = bookPackage;

it("says what it needs, and what to type instead, where the book is missing", () => {
  const missing = (id: string): never => {
    throw Object.assign(new Error(`Cannot find module '${id}'`), { code: "MODULE_NOT_FOUND" });
  };
  expect(() => mobyDick(missing)).toThrow(ImagoError);
  expect(() => mobyDick(missing)).toThrow(`npm install ${name}@${version}`);
  expect(() => mobyDick(missing)).toThrow("imago write train YOUR-TEXT.txt");
});

it("names the version that is developed with", () => {
  expect(packageJson.devDependencies[name as keyof typeof packageJson.devDependencies]).toBe(version);
});
