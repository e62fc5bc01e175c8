/** A JSON value that says how to make an object again. */
export type Config = { readonly [key: string]: ConfigValue };
export type ConfigValue = string | number | boolean | null | readonly ConfigValue[] | Config;

/** Options as read, without what is `undefined`: ready to be saved as JSON. */
export function configOf(options: { readonly [key: string]: ConfigValue | undefined }): Config {
  const config: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(options)) if (value !== undefined) config[key] = value;
  return config;
}
