// The settings that a source needs, all of them or the name of the first that is missing. Rule: only text gets through,
// so a whole environment may be given and no binding reaches an adapter.
import { setting } from "#runtime/setting.ts";

export type Given = Readonly<Record<string, unknown>>;
export type Settings = { ok: true; values: Readonly<Record<string, string>> } | { ok: false; reason: string };

/** The values of `names` and `options`, trimmed; or why the first of `names` that is missing or empty is needed. */
export function readSettings(names: readonly string[], given: Given, options: readonly string[] = []): Settings {
  const textOf = (name: string) => {
    const value = given[name];
    return setting(name, typeof value === "string" ? value : undefined);
  };
  const values: Record<string, string> = {};
  for (const name of options) {
    const found = textOf(name);
    values[name] = found.ok ? found.value : "";
  }
  for (const name of names) {
    const found = textOf(name);
    if (!found.ok) return found;
    values[name] = found.value;
  }
  return { ok: true, values };
}
