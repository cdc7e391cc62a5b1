// Which addresses a mail could not be delivered to, for good. Rule: only the machine-readable part is read; what it is
// wrapped in is prose of each mail server's own.
// Source of the format: RFC 3464 (message/delivery-status), RFC 3463 (status codes).
import { ADDRESS, headerOf, type Mail } from "./mail.ts";

/** `status` such as `5.1.1`; the first digit 5 is permanent. */
export type Bounce = { address: string; status: string; diagnostic: string | null };

const MAX_BOUNCES = 50;
const MAX_DIAGNOSTIC = 500;

/** Null when the mail is no delivery report; empty when it reports no permanent failure. */
export function bouncesOf(mail: Mail): readonly Bounce[] | null {
  const reports = mail.attachments.filter(({ mimeType }) => mimeType === "message/delivery-status");
  const isReport = /multipart\/report/i.test(headerOf(mail, "content-type") ?? "");
  if (!isReport || reports.length === 0) return null;
  // The first group is about the mail, each further one about a recipient.
  const groups = reports.flatMap(({ bytes }) => new TextDecoder().decode(bytes).split(/\r?\n[ \t]*\r?\n/));
  return groups.flatMap((group) => bounceOf(fieldsOf(group)) ?? []).slice(0, MAX_BOUNCES);
}

function bounceOf(fields: ReadonlyMap<string, string>): Bounce | null {
  const [, address = ""] = /^\s*rfc822\s*;\s*<?([^\s<>]+)>?/i.exec(fields.get("final-recipient") ?? "") ?? [];
  const [status = ""] = /^\d\.\d{1,3}\.\d{1,3}/.exec(fields.get("status")?.trim() ?? "") ?? [];
  const failed = fields.get("action")?.trim().toLowerCase() === "failed" && status.startsWith("5.");
  if (!failed || !ADDRESS.test(address.toLowerCase())) return null;
  const diagnostic = fields.get("diagnostic-code")?.trim().slice(0, MAX_DIAGNOSTIC).toWellFormed() ?? null;
  return { address: address.toLowerCase(), status, diagnostic };
}

/** Header fields, unfolded; names in lower case. */
function fieldsOf(group: string): ReadonlyMap<string, string> {
  const lines = group.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^([\w-]+):(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
    }),
  );
}
