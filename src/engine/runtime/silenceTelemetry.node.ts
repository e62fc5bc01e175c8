/** By which ONNX Runtime is told to send nothing, and to keep no identifier of the device and no list of events. */
const silence = "ORT_DISABLE_TELEMETRY";

/**
 * Switches ONNX Runtime's telemetry off; it has to be said before it is loaded. Its version 1.30 would else write to the user's cache folder
 * what graphs and files are called and what their metadata hold, names of classes too, and try to send it to its makers. Whoever wants
 * that sets the variable to "0".
 *
 * A thread has an environment of its own, which the library does not look at: the process that starts it has to say so.
 */
export function silenceTelemetry(): void {
  process.env[silence] ??= "1";
}
