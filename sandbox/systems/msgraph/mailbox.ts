// Exchange mailboxes: the messages of each user, kept in the store under their immutable id.
// Rule: sending moves a message from Drafts to Sent Items, and the ordinary id changes with the folder; the immutable
// one stays. A client that keeps ordinary ids loses the message at that moment, as it would at Microsoft.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { freeId } from "../../free-id.ts";
import { collection } from "../../store.ts";

const Address = z.object({ address: z.string().min(1), name: z.string().optional() });
const Recipient = z.object({ emailAddress: Address });
const ExtendedProperty = z.object({ id: z.string(), value: z.string() });
const InternetHeader = z.object({ name: z.string().min(1), value: z.string() });
const Body = z.object({ contentType: z.enum(["text", "html", "Text", "HTML"]), content: z.string() });

/** What a client may write of a message. */
export const Content = z.object({
  subject: z.string().max(255).optional(),
  body: Body.optional(),
  from: Recipient.optional(),
  sender: Recipient.optional(),
  toRecipients: z.array(Recipient).optional(),
  ccRecipients: z.array(Recipient).optional(),
  bccRecipients: z.array(Recipient).optional(),
  replyTo: z.array(Recipient).optional(),
  importance: z.enum(["low", "normal", "high"]).optional(),
  categories: z.array(z.string()).optional(),
  internetMessageHeaders: z.array(InternetHeader).optional(),
  singleValueExtendedProperties: z.array(ExtendedProperty).optional(),
});
export type Content = z.infer<typeof Content>;

export const Mailbox = z.object({ id: z.email(), name: z.string() });
export const Message = z.object({
  /** The immutable id. */
  id: z.string(),
  mailbox: z.email(),
  folder: z.enum(["drafts", "sentitems", "inbox"]),
  conversation_id: z.string(),
  internet_message_id: z.string(),
  /** Epoch milliseconds. */
  created_at: z.number(),
  sent_at: z.number().nullable(),
  content: Content,
});
export type Message = z.infer<typeof Message>;

/** The id that changes with the folder. */
export function ordinaryId(message: Message): string {
  return `AAMk${message.folder.slice(0, 1).toUpperCase()}${message.id.slice(4)}`;
}

export function graphMailboxes({ store, clock }: Pick<Deps, "store" | "clock">) {
  const boxes = collection(store, "msgraph", "mailboxes", Mailbox);
  const messages = collection(store, "msgraph", "messages", Message);
  return {
    boxes,
    messages,
    /** By either kind of id. */
    find: (mailbox: string, id: string) =>
      messages.list().find((one) => one.mailbox === mailbox && (one.id === id || ordinaryId(one) === id)),
    /** A new draft; `conversationId` continues a conversation. */
    create(mailbox: string, content: Content, conversationId: string | null): Message {
      const taken = (id: string) => messages.get(id) !== undefined;
      const id = freeId(BigInt(clock()) << 12n, taken, (n) => `AAkA${n.toString(36).toUpperCase()}=`);
      const message: Message = {
        id,
        mailbox,
        folder: "drafts",
        conversation_id: conversationId ?? `AAQk${id.slice(4)}`,
        internet_message_id: `<${id.slice(4, -1)}@northwind.outlook.example>`,
        created_at: clock(),
        sent_at: null,
        content,
      };
      messages.put(id, message);
      return message;
    },
    send: (message: Message) => messages.put(message.id, { ...message, folder: "sentitems", sent_at: clock() }),
  };
}

export function allRecipients({ toRecipients = [], ccRecipients = [], bccRecipients = [] }: Content) {
  return [...toRecipients, ...ccRecipients, ...bccRecipients].map(({ emailAddress }) => emailAddress.address);
}
