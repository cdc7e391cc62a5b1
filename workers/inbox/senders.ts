// Whose mail is taken. Rule: somebody on the list has to vouch for it, proven by what the mail server found: its author,
// or the mailbox that sent it on to us; what a mail says of itself is never enough.
import { isProven, provenBy } from "./authentication.ts";
import { ADDRESS, type Mail } from "./mail.ts";

export type Voucher = "author" | "forwarder";
export type Senders = { ok: true; list: readonly string[] } | { ok: false; reason: string };

/** Addresses (`ana@acme.com`) and domains (`@acme.com`, without those below it), separated by spaces or commas. */
export function sendersOf(text: string, variable: string): Senders {
  const list = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "");
  const wrong = list.find((entry) => !ADDRESS.test(entry.startsWith("@") ? `x${entry}` : entry));
  if (wrong === undefined) return { ok: true, list };
  return { ok: false, reason: `${variable}: ${wrong} is neither an address nor @ and a domain` };
}

/** Who of the list vouches for the mail, or null; `envelopeFrom` is the sender that the server was told. */
export function voucherOf(mail: Mail, envelopeFrom: string, senders: readonly string[]): Voucher | null {
  const lists = (address: string) =>
    ADDRESS.test(address) && (senders.includes(address) || senders.includes(address.slice(address.lastIndexOf("@"))));
  const proven = provenBy(mail);
  const { author } = mail;
  if (author !== null && lists(author) && isProven(author, proven)) return "author";
  const sender = envelopeFrom.toLowerCase();
  return lists(sender) && proven.envelope === sender ? "forwarder" : null;
}
