// Microsoft Graph for one rep's Exchange mailbox: drafts, sending them, and finding them again. Rules: ids are the
// immutable ones, because the ordinary id changes when a draft is sent; our mark is an extended property, because Graph
// filters by those and not by headers (https://learn.microsoft.com/en-us/graph/outlook-immutable-id).
import * as z from "zod";
import { type Call, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import { type AccessToken, withToken } from "./access-token.ts";
import { mapped, typedAnswer } from "./typed-answer.ts";

export type MsgraphSettings = { apiUrl: string; mailbox: string; accessToken: AccessToken };

type GraphMail = {
  to: readonly { email: string; name: string | null }[];
  subject: string;
  body: string;
  /** What the message is found by again. */
  mark: string;
};
/** `url` opens it in Outlook on the web. */
export type GraphMessage = { id: string; url: string | null };
/** `deleted`: a draft that lies in another folder than Drafts, thrown away most likely. */
type GraphTrace = { kind: "sent" | "draft"; message: GraphMessage } | { kind: "deleted" | "none" };

export type Msgraph = {
  /** A draft, as an answer to message `replyTo` where there is one, which then keeps that message's subject. */
  createDraft(mail: GraphMail, replyTo: string | null, correlationId: string): Promise<CallResult<GraphMessage>>;
  /** Accepts the draft for sending. A message that is no draft any more is refused. */
  sendDraft(id: string, correlationId: string): Promise<CallResult<null>>;
  deleteDraft(id: string, correlationId: string): Promise<CallResult<null>>;
  findByMark(mark: string, correlationId: string): Promise<CallResult<GraphTrace>>;
  /** The id of the newest message of a conversation, or null. */
  newestOf(conversationId: string, correlationId: string): Promise<CallResult<string | null>>;
  /** The id of the newest message from an address since then, or null. */
  newestFrom(email: string, sinceMs: number, correlationId: string): Promise<CallResult<string | null>>;
};

/** A named string property in the namespace of public strings, which Outlook does not show. */
const MARK = "String {00020329-0000-0000-C000-000000000046} Name DealwireAction";
const FIELDS = "id,isDraft,webLink,createdDateTime";
const READ_TIMEOUT_MS = 5_000;
const MAX_CONVERSATION = 50;

const Message = z.object({
  id: z.string().min(1),
  isDraft: z.boolean(),
  webLink: z.url().max(2_000).nullish(),
  createdDateTime: z.string(),
});
const Messages = z.object({ value: z.array(Message) });

/** A client that acts as `mailbox`. On 401 it logs in anew, once. */
export function createMsgraph({ apiUrl, mailbox, accessToken }: MsgraphSettings, ports: HttpPorts): Msgraph {
  const base = `${apiUrl}/v1.0/users/${encodeURIComponent(mailbox)}`;

  const ask = (call: Pick<Call, "method" | "body" | "correlationId" | "timeoutMs"> & { path: string }) =>
    withToken(accessToken, ({ authorization }) => {
      const { path, ...rest } = call;
      const headers = { authorization, prefer: 'IdType="ImmutableId"' };
      return callJson({ ...rest, url: `${base}/${path}`, headers }, ports);
    });

  const messages = async (folder: string, filter: string, correlationId: string, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ $filter: filter, $select: FIELDS, $top: String(MAX_CONVERSATION), ...more });
    const path = `${folder}?${query}`;
    const result = await ask({ method: "GET", path, correlationId, timeoutMs: READ_TIMEOUT_MS });
    return mapped(typedAnswer(result, Messages, "Microsoft Graph messages"), ({ value }) => value);
  };

  return {
    async createDraft({ to, subject, body, mark }, replyTo, correlationId) {
      const message = {
        ...(replyTo === null ? { subject } : {}),
        body: { contentType: "text", content: body },
        toRecipients: to.map(({ email, name }) => ({
          emailAddress: name === null ? { address: email } : { address: email, name },
        })),
        singleValueExtendedProperties: [{ id: MARK, value: mark }],
      };
      const path = replyTo === null ? "messages" : `messages/${encodeURIComponent(replyTo)}/createReply`;
      const result = await ask({ method: "POST", path, body: replyTo === null ? message : { message }, correlationId });
      return mapped(typedAnswer(result, Message, "Microsoft Graph draft"), view);
    },

    async sendDraft(id, correlationId) {
      const path = `messages/${encodeURIComponent(id)}/send`;
      return mapped(await ask({ method: "POST", path, correlationId }), () => null);
    },

    async deleteDraft(id, correlationId) {
      const path = `messages/${encodeURIComponent(id)}`;
      return mapped(await ask({ method: "DELETE", path, correlationId }), () => null);
    },

    async findByMark(mark, correlationId) {
      const same = (field: string, value: string) => `ep/${field} eq ${quoted(value)}`;
      const filter = `singleValueExtendedProperties/Any(ep: ${same("id", MARK)} and ${same("value", mark)})`;
      const everywhere = await messages("messages", filter, correlationId);
      if (!everywhere.ok) return everywhere;
      const sent = everywhere.value.find(({ isDraft }) => !isDraft);
      // A sent one settles it, whatever else is there.
      if (sent !== undefined) return { ...everywhere, value: { kind: "sent", message: view(sent) } };
      if (everywhere.value.length === 0) return { ...everywhere, value: { kind: "none" } };
      return mapped(await messages("mailFolders/drafts/messages", filter, correlationId), ([draft]) =>
        draft === undefined ? { kind: "deleted" } : { kind: "draft", message: view(draft) },
      );
    },

    async newestFrom(email, sinceMs, correlationId) {
      // Graph sorts only by what the filter begins with.
      const since = new Date(sinceMs).toISOString();
      const filter = `receivedDateTime ge ${since} and from/emailAddress/address eq ${quoted(email)}`;
      const sorted = { $orderby: "receivedDateTime desc", $top: "1" };
      const found = await messages("messages", filter, correlationId, sorted);
      return mapped(found, ([newest]) => newest?.id ?? null);
    },

    async newestOf(conversationId, correlationId) {
      const filter = `conversationId eq ${quoted(conversationId)}`;
      return mapped(await messages("messages", filter, correlationId), (found) => {
        const sent = found.filter(({ isDraft }) => !isDraft);
        // Graph refuses to sort by what it does not filter by.
        const [newest] = sent.toSorted((a, b) => b.createdDateTime.localeCompare(a.createdDateTime));
        return newest?.id ?? null;
      });
    },
  };
}

function view({ id, webLink }: z.infer<typeof Message>): GraphMessage {
  return { id, url: webLink ?? null };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
