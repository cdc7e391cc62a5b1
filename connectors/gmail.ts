// Gmail's API for one rep's mailbox: drafts, sending them, and looking for what was sent. Rule: a draft disappears when
// it is sent, so `drafts.send` happens at most once per draft
// (https://developers.google.com/workspace/gmail/api/guides/drafts).
import * as z from "zod";
import { type Call, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import { type AccessToken, withToken } from "./access-token.ts";
import { base64Url } from "./mime.ts";
import { mapped, typedAnswer } from "./typed-answer.ts";

export type GmailSettings = { apiUrl: string; mailbox: string; accessToken: AccessToken };

/** `more` says that the list was cut: what is not on it may exist all the same. */
export type Listed<Item> = { items: readonly Item[]; more: boolean };
type ListedDraft = { id: string; messageId: string };
/** `subject` as people read it, encoded words decoded by Gmail. */
type LastMessage = { messageId: string | null; subject: string | null };
export type HeaderRead = { value: string | null; dateMs: number };

export type Gmail = {
  /** Files a draft and answers its id. `mime` is a whole RFC 5322 message. */
  createDraft(mime: string, threadId: string | null, correlationId: string): Promise<CallResult<string>>;
  /** Sends the draft and answers the id of the sent message. 404 when the draft was sent or deleted before. */
  sendDraft(draftId: string, correlationId: string): Promise<CallResult<string>>;
  /** Deletes it for good, not to the bin. 404 when the draft was sent or deleted before. */
  deleteDraft(draftId: string, correlationId: string): Promise<CallResult<null>>;
  /** Ids of messages that match a query of Gmail's search box, newest first. */
  listMessages(query: string, correlationId: string): Promise<CallResult<Listed<string>>>;
  listDrafts(query: string, correlationId: string): Promise<CallResult<Listed<ListedDraft>>>;
  /** The value of one header of a message, or null, and when Gmail took the message (epoch ms). */
  readHeader(messageId: string, header: string, correlationId: string): Promise<CallResult<HeaderRead>>;
  /** The newest message of a thread, or null: what a reply names, and whose subject it has, to stay in the thread. */
  lastMessageOf(threadId: string, correlationId: string): Promise<CallResult<LastMessage | null>>;
  /** The thread of the newest message from an address since then, or null. */
  threadFrom(email: string, sinceMs: number, correlationId: string): Promise<CallResult<string | null>>;
};

const MAX_LISTED = 20;
const READ_TIMEOUT_MS = 5_000;

const Id = z.object({ id: z.string().min(1) });
const Messages = z.object({ messages: z.array(Id).default([]), nextPageToken: z.string().optional() });
const Threaded = z.object({ messages: z.array(z.object({ threadId: z.string().min(1) })).default([]) });
const Drafts = z.object({
  drafts: z.array(Id.extend({ message: Id })).default([]),
  nextPageToken: z.string().optional(),
});
const Message = z.object({
  labelIds: z.array(z.string()).default([]),
  internalDate: z.coerce.number(),
  payload: z.object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) }).optional(),
});
const Thread = z.object({ messages: z.array(Message).default([]) });

/** A client that acts as `mailbox`. On 401 it logs in anew, once. */
export function createGmail({ apiUrl, mailbox, accessToken }: GmailSettings, ports: HttpPorts): Gmail {
  const base = `${apiUrl}/gmail/v1/users/${encodeURIComponent(mailbox)}`;

  async function ask<Schema extends z.ZodType>(
    call: Omit<Call, "headers">,
    answer: Schema,
  ): Promise<CallResult<z.infer<Schema>>> {
    const result = await withToken(accessToken, (headers) => callJson({ ...call, headers }, ports));
    if (!result.ok && isRateLimit(result.failure)) return rateLimited(result.failure.reason);
    return typedAnswer(result, answer, `Gmail ${call.method} ${new URL(call.url).pathname}`);
  }

  function read<Schema extends z.ZodType>(path: string, answer: Schema, correlationId: string) {
    return ask({ method: "GET", url: `${base}/${path}`, correlationId, timeoutMs: READ_TIMEOUT_MS }, answer);
  }

  return {
    async createDraft(mime, threadId, correlationId) {
      const message = { raw: base64Url(mime), ...(threadId === null ? {} : { threadId }) };
      const call = { method: "POST", url: `${base}/drafts`, body: { message }, correlationId } as const;
      return mapped(await ask(call, Id), ({ id }) => id);
    },

    async sendDraft(draftId, correlationId) {
      const call = { method: "POST", url: `${base}/drafts/send`, body: { id: draftId }, correlationId } as const;
      return mapped(await ask(call, Id), ({ id }) => id);
    },

    async deleteDraft(draftId, correlationId) {
      const url = `${base}/drafts/${encodeURIComponent(draftId)}`;
      return mapped(await ask({ method: "DELETE", url, correlationId }, z.unknown()), () => null);
    },

    async listMessages(query, correlationId) {
      const result = await read(`messages?${search(query)}`, Messages, correlationId);
      return mapped(result, ({ messages, nextPageToken }) => ({
        items: messages.map(({ id }) => id),
        more: nextPageToken !== undefined,
      }));
    },

    async listDrafts(query, correlationId) {
      const result = await read(`drafts?${search(query)}`, Drafts, correlationId);
      return mapped(result, ({ drafts, nextPageToken }) => ({
        items: drafts.map(({ id, message }) => ({ id, messageId: message.id })),
        more: nextPageToken !== undefined,
      }));
    },

    async readHeader(messageId, header, correlationId) {
      const path = `messages/${encodeURIComponent(messageId)}?${metadata(header)}`;
      return mapped(await read(path, Message, correlationId), (message) => ({
        value: headerIn(message, header),
        dateMs: message.internalDate,
      }));
    },

    async lastMessageOf(threadId, correlationId) {
      const path = `threads/${encodeURIComponent(threadId)}?${metadata("Message-ID", "Subject")}`;
      return mapped(await read(path, Thread, correlationId), ({ messages }) => {
        const last = messages.filter(({ labelIds }) => !labelIds.includes("DRAFT")).at(-1);
        if (last === undefined) return null;
        return { messageId: headerIn(last, "Message-ID"), subject: headerIn(last, "Subject") };
      });
    },

    async threadFrom(email, sinceMs, correlationId) {
      const query = search(`from:${email} after:${Math.floor(sinceMs / 1_000)}`);
      const result = await read(`messages?${query}`, Threaded, correlationId);
      return mapped(result, ({ messages }) => messages[0]?.threadId ?? null);
    },
  };
}

function search(query: string): URLSearchParams {
  return new URLSearchParams({ q: query, maxResults: String(MAX_LISTED) });
}

function metadata(...headers: string[]): URLSearchParams {
  return new URLSearchParams([["format", "metadata"], ...headers.map((header) => ["metadataHeaders", header])]);
}

function headerIn(message: z.infer<typeof Message>, header: string): string | null {
  const wanted = header.toLowerCase();
  return message.payload?.headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? null;
}

/** Gmail says "too fast" with 403 as well as 429 (https://developers.google.com/workspace/gmail/api/guides/handle-errors). */
function isRateLimit(failure: { kind: string; reason: string }): boolean {
  return failure.kind === "credentials" && /(rate ?limit|quota) ?exceeded|dailyLimitExceeded/i.test(failure.reason);
}

function rateLimited(reason: string): CallResult<never> {
  const failure = { kind: "unavailable", status: 403, retryAfterSeconds: null, reason, effectUnknown: false } as const;
  return { ok: false, failure };
}
