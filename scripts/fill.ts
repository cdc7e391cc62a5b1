// Samples that are no JSON (a CSV file, a mail): `{name}` in the text is what the delivery, or `--set name=…`, says.
import type { Assignment } from "./assignments.ts";

/** An assignment of a name that the text does not have changes nothing that could be sent, so it throws. */
export function fill(
  text: string,
  values: Readonly<Record<string, string>>,
  assignments: readonly Assignment[],
): string {
  const asked = Object.fromEntries(assignments.map(({ path, value }) => [path.join("."), String(value)]));
  const unknown = Object.keys(asked).find((name) => !text.includes(`{${name}}`));
  if (unknown !== undefined) throw new Error(`the sample has no {${unknown}} to set`);
  return Object.entries({ ...values, ...asked }).reduce(
    (filled, [name, value]) => filled.replaceAll(`{${name}}`, value),
    text,
  );
}
