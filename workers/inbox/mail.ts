// One mail, taken apart into what is asked of it here. Rule: nothing of it is believed yet; who sent it,
// authentication.ts says.
import PostalMime from "postal-mime";

export type Attachment = { name: string; mimeType: string; bytes: Uint8Array };

export type Mail = {
  /** In the order of the mail, the newest hop first; names in lower case. */
  headers: readonly { name: string; value: string }[];
  /** Address of the author in lower case; null when there is none, or more than one From. */
  author: string | null;
  messageId: string | null;
  subject: string;
  text: string;
  /** Answers another mail. */
  isReply: boolean;
  /** An Instant; null when the mail does not tell. */
  sentAt: string | null;
  attachments: readonly Attachment[];
};

/** What a reference, a fact and a list of senders can hold; quoted local parts are not served. */
export const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;

/** After it a year has five digits, which an Instant has not. */
const LAST_INSTANT_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Null when it is no mail. */
export async function readMail(raw: Uint8Array): Promise<Mail | null> {
  const parsed = await PostalMime.parse(raw, { attachmentEncoding: "arraybuffer" }).catch(() => null);
  if (parsed === null) return null;
  const headers = parsed.headers.map(({ key, value }) => ({ name: key, value }));
  const author = parsed.from?.address?.toLowerCase() ?? "";
  const oneAuthor = headers.filter(({ name }) => name === "from").length === 1 && ADDRESS.test(author);
  const sentMs = Date.parse(parsed.date ?? "");
  return {
    headers,
    author: oneAuthor ? author : null,
    messageId: parsed.messageId?.trim() || null,
    subject: parsed.subject ?? "",
    text: parsed.text ?? textOf(parsed.html ?? ""),
    isReply:
      Boolean(parsed.inReplyTo || parsed.references) || /^\s*(re|aw|sv|antw|r[ée]p)\s*:/i.test(parsed.subject ?? ""),
    sentAt: sentMs >= 0 && sentMs <= LAST_INSTANT_MS ? new Date(sentMs).toISOString() : null,
    attachments: parsed.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? "",
      mimeType,
      bytes: typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content),
    })),
  };
}

export function headerOf({ headers }: Pick<Mail, "headers">, name: string): string | null {
  return headers.find((header) => header.name === name)?.value ?? null;
}

/** Enough for a person to read; it is never shown as HTML. */
function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
