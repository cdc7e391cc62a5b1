// What a verified mail means. Rules: a mail is known by its Message-ID and its author, so that two mailboxes that send
// the same mail on make one signal; an address is in the facts, which can be erased, and never in a reference, which is
// in the trail.
import { digestName } from "#runtime/digest.ts";
import type { SignalDraft } from "#runtime/signal.ts";
import { isAutoReply, saysLeft } from "./auto-reply.ts";
import { bouncesOf } from "./bounce.ts";
import type { Mail } from "./mail.ts";
import type { Voucher } from "./senders.ts";

export type MailReading = { kind: "signals"; drafts: readonly SignalDraft[] } | { kind: "ignored"; name: string };

/** `messageId` is the mail's own, or a digest where it has none; `to` our address, `receivedAt` an Instant. */
export type MailArrival = { messageId: string; to: string; receivedAt: string; voucher: Voucher };

const MAX_TEXT = 5_000;
const MAX_SUBJECT = 300;

export async function readSignals(mail: Mail, arrival: MailArrival): Promise<MailReading> {
  const bounces = bouncesOf(mail);
  if (bounces !== null) {
    if (bounces.length === 0) return { kind: "ignored", name: "delivery_report" };
    const drafts = bounces.map(({ address, status, diagnostic }) =>
      draftOf(mail, arrival, address, "contact.email_bounced", { smtp_status: status, diagnostic }),
    );
    return { kind: "signals", drafts: await Promise.all(drafts) };
  }
  const { author } = mail;
  if (author === null) return { kind: "ignored", name: "no_author" };
  if (isOwn(author, arrival.to)) return { kind: "ignored", name: "own_mail" };
  if (isAutoReply(mail)) {
    if (!saysLeft(mail)) return { kind: "ignored", name: "auto_reply" };
    return { kind: "signals", drafts: [await draftOf(mail, arrival, author, "contact.left_company", {})] };
  }
  const event = mail.isReply ? "email.replied" : "email.received";
  return { kind: "signals", drafts: [await draftOf(mail, arrival, author, event, {})] };
}

async function draftOf(
  { subject, text, sentAt }: Mail,
  { messageId, receivedAt, voucher }: MailArrival,
  address: string,
  event: string,
  more: Readonly<Record<string, string | null>>,
): Promise<SignalDraft> {
  const contact = `email:${await digestName(new TextEncoder().encode(address))}`;
  const written = event.startsWith("email.");
  return {
    signal_type: written ? "behavioral" : "stakeholder_change",
    subject: contact,
    // Many write from a mailbox that is no company's; `enrich` finds the account by the contact.
    account_id: null,
    deal_id: null,
    contact_id: contact,
    payload: {
      event,
      ...(written && { text: text.slice(0, MAX_TEXT).toWellFormed() }),
      facts: {
        email: address,
        mail_subject: subject.slice(0, MAX_SUBJECT).toWellFormed(),
        author_proven: voucher === "author",
        ...more,
      },
    },
    fired_at: sentAt ?? receivedAt,
    identity: [messageId, address],
  };
}

/** A colleague's: of our own domain, of one above or of one below it. */
function isOwn(author: string, to: string): boolean {
  const [theirs, ours] = [author, to.toLowerCase()].map((address) => `.${address.slice(address.lastIndexOf("@") + 1)}`);
  return theirs !== undefined && ours !== undefined && (theirs.endsWith(ours) || ours.endsWith(theirs));
}
