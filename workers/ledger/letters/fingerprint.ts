// What makes letters one issue: they failed at the same place in the same way. Rule: what differs from event to event (ids,
// numbers, quoted values) is no part of the cause, or every letter of a bad deploy would be an issue of its own.
import { deriveId } from "#runtime/digest.ts";

const MAX_CAUSE = 300;
/** One expired secret is one cause, whichever call met it; every such reason links the page that explains the secret. */
const SECRET = /configuration\.md#([a-z0-9_]+)/;

/** `iss_` and 26 characters. */
export function fingerprintOf(letter: { queue: string; stage: string; code: string; reason: string }): Promise<string> {
  const { queue, stage, code, reason } = letter;
  const secret = code === "credentials" ? SECRET.exec(reason)?.[1] : undefined;
  return deriveId("iss", [queue, stage, code, secret ?? causeOf(reason)]);
}

/** The reason without what is particular to one event. */
export function causeOf(reason: string): string {
  return reason
    .toLowerCase()
    .replaceAll(/https?:\/\/\S+/g, "<url>")
    .replaceAll(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "<address>")
    .replaceAll(/"[^"]*"|“[^”]*”|'[^']*'/g, "<value>")
    .replaceAll(/\braw\/([a-z_-]+)\/[\w/-]+/g, "raw/$1/<id>/<id>")
    .replaceAll(/\b(sig|act)_[a-z2-7]+\b/g, "<id>")
    .replaceAll(/\b[a-z][a-z0-9_-]*:[^\s"'<>()[\],;]*\w/g, "<id>")
    .replaceAll(/\b(?=[\w-]*\d)[\w-]{6,}\b/g, "<id>")
    .replaceAll(/\d+/g, "<n>")
    .slice(0, MAX_CAUSE);
}
