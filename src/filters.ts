/** What the channels of image classifiers look for, and where they find it. */
export * from "./labs/filters/index.js";
