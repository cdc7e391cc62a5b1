// The organizations whose events are taken. Rule: a token proves only that the sender knows it; an event that names its
// organization must name one of these.
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { recordIdOf } from "./record-id.ts";

export type Organizations = { ok: true; ids: ReadonlySet<string> } | { ok: false; reason: string };

/** `text` is SALESFORCE_ORGANIZATION_IDS: ids of 15 or 18 characters, separated by spaces or commas. */
export function organizationsOf(text: string): Organizations {
  const ids = new Set<string>();
  for (const entry of text.split(/[\s,]+/)) {
    const id = organizationIdOf(entry);
    if (id === null) {
      const reason = `${entry.slice(0, 40)} in SALESFORCE_ORGANIZATION_IDS is not an organization id (00D…, 15 or 18 characters)`;
      return { ok: false, reason: `${reason}; see ${CONFIGURATION_PAGE}` };
    }
    ids.add(id);
  }
  return { ok: true, ids };
}

/** Why events of the organization `given` are not taken, or null when they are. */
export function whyForeign(given: unknown, ids: ReadonlySet<string>): string | null {
  const id = typeof given === "string" ? organizationIdOf(given) : null;
  if (id === null) return "expected an organization id of 15 or 18 characters that starts with 00D";
  return ids.has(id) ? null : `the organization ${id} is not one of SALESFORCE_ORGANIZATION_IDS`;
}

function organizationIdOf(text: string): string | null {
  return text.startsWith("00D") ? recordIdOf(text) : null;
}
