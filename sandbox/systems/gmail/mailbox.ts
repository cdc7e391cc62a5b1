// The mailboxes: drafts and messages of each rep, kept in the store.
// Rule: a draft disappears when it is sent, so a second send of the same draft finds nothing, as at Gmail.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { freeId } from "../../free-id.ts";
import { collection } from "../../store.ts";
import { addresses, header, type Mail, parseMail, withHeader } from "./rfc822.ts";

export const Mailbox = z.object({ id: z.string(), name: z.string() });
export type Mailbox = z.infer<typeof Mailbox>;

export const Message = z.object({
  id: z.string(),
  mailbox: z.string(),
  thread_id: z.string(),
  label_ids: z.array(z.string()),
  /** The mail as it was handed in. */
  raw: z.string(),
  /** Epoch ms, as Gmail's internalDate. */
  internal_date: z.number(),
});
export type Message = z.infer<typeof Message>;

export const Draft = z.object({ id: z.string(), mailbox: z.string(), message_id: z.string() });
export type Draft = z.infer<typeof Draft>;

/** The mailboxes over `deps.store`; a mailbox is named by its address. */
export function mailboxes({ store, clock }: Pick<Deps, "store" | "clock">) {
  const boxes = collection(store, "gmail", "mailboxes", Mailbox);
  const messages = collection(store, "gmail", "messages", Message);
  const drafts = collection(store, "gmail", "drafts", Draft);
  const hex = (n: bigint) => n.toString(16).padStart(16, "0");

  const newMessage = (mailbox: string, threadId: string | null, raw: string, label: "DRAFT" | "SENT"): Message => {
    const id = freeId(BigInt(clock()) << 20n, (candidate) => messages.get(candidate) !== undefined, hex);
    const message: Message = {
      id,
      mailbox,
      thread_id: threadId ?? id,
      label_ids: [label],
      raw,
      internal_date: clock(),
    };
    messages.put(id, message);
    return message;
  };

  return {
    boxes,
    messages,
    drafts,
    draft(mailbox: string, id: string) {
      const draft = drafts.get(id);
      const message = draft && messages.get(draft.message_id);
      return draft?.mailbox === mailbox && message ? { draft, message } : undefined;
    },
    message(mailbox: string, id: string) {
      const message = messages.get(id);
      return message?.mailbox === mailbox ? message : undefined;
    },
    /** Oldest first; empty for a thread that does not exist. */
    thread: (mailbox: string, threadId: string) =>
      messages.list().filter((message) => message.mailbox === mailbox && message.thread_id === threadId),
    createDraft(mailbox: string, threadId: string | null, raw: string) {
      const message = newMessage(mailbox, threadId, raw, "DRAFT");
      const id = freeId(
        BigInt(clock()) * 1_000n,
        (candidate) => drafts.get(candidate) !== undefined,
        (n) => `r${n}`,
      );
      const draft: Draft = { id, mailbox, message_id: message.id };
      drafts.put(id, draft);
      return { draft, message };
    },
    /** Gmail gives the draft a new message; the old one is gone. */
    replaceDraft(draft: Draft, threadId: string | null, raw: string) {
      const message = newMessage(draft.mailbox, threadId, raw, "DRAFT");
      messages.remove(draft.message_id);
      drafts.put(draft.id, { ...draft, message_id: message.id });
      return { draft, message };
    },
    deleteDraft(draft: Draft) {
      messages.remove(draft.message_id);
      drafts.remove(draft.id);
    },
    /** Gmail gives a sent mail a Message-ID of its own, whatever the draft had. */
    send(draft: Draft, message: Message): Message {
      const sent = newMessage(draft.mailbox, message.thread_id, message.raw, "SENT");
      messages.remove(message.id);
      drafts.remove(draft.id);
      const own = { ...sent, raw: withHeader(message.raw, "Message-ID", `<CA${sent.id}@mail.gmail.com>`) };
      messages.put(own.id, own);
      return own;
    },
  };
}

/** The mail when Gmail would take it, or the words with which it refuses. */
export function acceptable(raw: string): { mail: Mail } | { problem: string } {
  const mail = parseMail(raw);
  if (mail === null) return { problem: "Message not RFC 2822 compliant" };
  for (const name of ["To", "Cc", "Bcc"]) {
    const value = header(mail, name);
    if (value !== undefined && addresses(value) === null) return { problem: `Invalid ${name.toLowerCase()} header` };
  }
  const from = header(mail, "From");
  return from !== undefined && addresses(from)?.length !== 1 ? { problem: "Invalid from header" } : { mail };
}

/** Everyone a mail goes to. */
export function recipients(mail: Mail): string[] {
  return ["To", "Cc", "Bcc"].flatMap((name) => addresses(header(mail, name) ?? "") ?? []);
}

/** Reads the operators that matter here (`in:`, `from:`, `to:`, `subject:`, `after:` …); other words must be in the text. */
export function matches(message: Message, query: string): boolean {
  const mail = parseMail(message.raw);
  if (mail === null) return false;
  return (query.match(/\S+/g) ?? []).every((term) => {
    const [, operator = "", operand = ""] = /^([a-z0-9]+):(.*)$/i.exec(term) ?? [];
    const wanted = operand.toLowerCase();
    switch (operator.toLowerCase()) {
      case "rfc822msgid":
        return stripAngles(header(mail, "Message-ID") ?? "") === stripAngles(operand);
      case "in":
        return message.label_ids.some((label) => label.toLowerCase() === wanted.replace(/^drafts$/, "draft"));
      case "from":
        return (addresses(header(mail, "From") ?? "") ?? []).some((address) => address.includes(wanted));
      case "to":
        return recipients(mail).some((address) => address.includes(wanted));
      // Seconds since 1970; Gmail takes dates too, in the zone of the account.
      case "after":
        return message.internal_date >= Number(wanted) * 1_000;
      case "before":
        return message.internal_date < Number(wanted) * 1_000;
      case "subject":
        return (header(mail, "Subject") ?? "").toLowerCase().includes(wanted);
      default:
        return `${header(mail, "Subject") ?? ""} ${mail.text}`.toLowerCase().includes(term.toLowerCase());
    }
  });
}

function stripAngles(id: string): string {
  return id.trim().replace(/^<|>$/g, "");
}
