// The Microsoft Graph stand-in: drafts and messages of Exchange mailboxes, behind tokens of the login endpoint.
// Rule: a draft can be sent once; what Graph would refuse about a message is refused when it is written.
// Source: https://learn.microsoft.com/en-us/graph/api/resources/message
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { messageFilter } from "./msgraph/filter.ts";
import { graphTokens, microsoft } from "./msgraph/login.ts";
import { allRecipients, graphMailboxes, Mailbox, Message, ordinaryId } from "./msgraph/mailbox.ts";
import { readContent } from "./msgraph/read-content.ts";
import { notFound, refuse } from "./msgraph/refusal.ts";
import type { System } from "./registry.ts";

/** Per app and mailbox: https://learn.microsoft.com/en-us/graph/throttling-limits#outlook-service-limits */
const LIMIT = { max: 10_000, windowMs: 600_000 };
const MAX_PAGE = 1_000;
const ADDRESS = z.email();
const Reply = z.object({ comment: z.string().optional(), message: z.unknown().optional() });

/** The API as Microsoft serves it, without an origin: `/v1.0/users/{user}/messages`, … */
function msgraph(deps: Deps): Hono {
  const app = new Hono();
  const base = "/v1.0/users/:user";

  /** The mailbox that the request is about, or the refusal. */
  const authorise = (c: Context): string | Response => {
    const token = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined) return refuse("InvalidAuthenticationToken", "Access token is empty.");
    const grant = graphTokens(deps).get(token);
    if (grant === undefined) return refuse("InvalidAuthenticationToken", "IDX14100: JWT is not well formed.");
    if (grant.expires_at <= deps.clock())
      return refuse("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.");
    const user = (c.req.param("user") ?? "").toLowerCase();
    if (graphMailboxes(deps).boxes.get(user) === undefined)
      return refuse("ErrorInvalidUser", `The requested user '${user}' is invalid.`);
    const { allowed, retryAfterSeconds } = deps.limiter.admit(`msgraph ${user}`, LIMIT, deps.clock());
    return allowed
      ? user
      : refuse("ApplicationThrottled", "Application is over its MailboxConcurrency limit.", retryAfterSeconds);
  };
  /** The message in the path, or the refusal. */
  const locate = (c: Context): Message | Response => {
    const user = authorise(c);
    return user instanceof Response ? user : (graphMailboxes(deps).find(user, c.req.param("id") ?? "") ?? notFound());
  };
  const json = async (c: Context): Promise<unknown> => await c.req.json().catch(() => undefined);

  app.post(`${base}/messages`, async (c) => {
    const user = authorise(c);
    if (user instanceof Response) return user;
    if (!/^application\/json\b/i.test(c.req.header("content-type") ?? ""))
      return refuse("UnsupportedMediaType", "This stand-in takes messages as application/json.");
    const content = readContent(await json(c));
    if (content instanceof Response) return content;
    return Response.json(view(c, graphMailboxes(deps).create(user, content, null)), { status: 201 });
  });

  const list = (folder: string | null) => (c: Context) => {
    const user = authorise(c);
    if (user instanceof Response) return user;
    const test = messageFilter(c.req.query("$filter") ?? "");
    if (test === null)
      return refuse("ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.");
    const order = c.req.query("$orderby");
    // What is sorted by has to come first in the filter; newest first is how they come anyway.
    const isFiltered = (c.req.query("$filter") ?? "").startsWith("receivedDateTime ");
    if (order !== undefined && (order !== "receivedDateTime desc" || !isFiltered))
      return refuse("ErrorInvalidRequest", "The restriction or sort order is too complex for this operation.");
    const [top, skip] = [Number(c.req.query("$top") ?? 10), Number(c.req.query("$skip") ?? 0)];
    if (!Number.isInteger(top) || top < 1 || top > MAX_PAGE || !Number.isInteger(skip) || skip < 0)
      return refuse("ErrorInvalidRequest", `$top has to be from 1 to ${MAX_PAGE}, $skip a whole number from 0 up.`);
    const found = graphMailboxes(deps)
      .messages.list()
      .filter((one) => one.mailbox === user && (folder === null || one.folder === folder) && test(one))
      .toReversed();
    const next = new URL(c.req.url);
    next.searchParams.set("$skip", String(skip + top));
    return Response.json({
      value: found.slice(skip, skip + top).map((message) => view(c, message)),
      ...(skip + top < found.length ? { "@odata.nextLink": next.toString() } : {}),
    });
  };
  app.get(`${base}/messages`, list(null));
  for (const folder of Message.shape.folder.options) app.get(`${base}/mailFolders/${folder}/messages`, list(folder));

  app.get(`${base}/messages/:id`, (c) => {
    const message = locate(c);
    return message instanceof Response ? message : Response.json(view(c, message));
  });

  app.patch(`${base}/messages/:id`, async (c) => {
    const message = locate(c);
    if (message instanceof Response) return message;
    if (message.folder !== "drafts")
      return refuse("ErrorInvalidRequest", "The message is not a draft; what it says can no longer be changed.");
    const content = readContent(await json(c));
    if (content instanceof Response) return content;
    const next = { ...message, content: { ...message.content, ...content } };
    graphMailboxes(deps).messages.put(next.id, next);
    return Response.json(view(c, next));
  });

  app.delete(`${base}/messages/:id`, (c) => {
    const message = locate(c);
    if (message instanceof Response) return message;
    graphMailboxes(deps).messages.remove(message.id);
    return new Response(null, { status: 204 });
  });

  app.post(`${base}/messages/:id/send`, (c) => {
    const message = locate(c);
    if (message instanceof Response) return message;
    // Microsoft documents that only drafts can be sent, not the words of the refusal.
    if (message.folder !== "drafts") return refuse("ErrorInvalidRequest", "The message is not a draft.");
    const to = allRecipients(message.content);
    if (to.length === 0 || to.some((address) => !ADDRESS.safeParse(address).success))
      return refuse("ErrorInvalidRecipients", "At least one recipient isn't valid.");
    graphMailboxes(deps).send(message);
    return new Response(null, { status: 202 });
  });

  app.post(`${base}/messages/:id/createReply`, async (c) => {
    const message = locate(c);
    if (message instanceof Response) return message;
    const reply = Reply.safeParse((await json(c)) ?? {});
    if (!reply.success || (reply.data.comment !== undefined && reply.data.message !== undefined))
      return refuse("ErrorInvalidRequest", "Give a comment or the body of the message, not both.");
    const own = readContent(reply.data.message ?? {});
    if (own instanceof Response) return own;
    const { subject = "", from, toRecipients = [], replyTo } = message.content;
    const to = message.folder === "inbox" ? (replyTo ?? (from === undefined ? [] : [from])) : toRecipients;
    const content = {
      subject: /^re:/i.test(subject) ? subject : `RE: ${subject}`,
      toRecipients: to,
      body: { contentType: "text" as const, content: reply.data.comment ?? "" },
      ...own,
    };
    const draft = graphMailboxes(deps).create(message.mailbox, content, message.conversation_id);
    return Response.json(view(c, draft), { status: 201 });
  });

  app.notFound(() => refuse("ResourceNotFound", "Resource not found for the segment."));
  return app;
}

/** As Graph shows it: with the kind of id that `Prefer` asks for, extended properties only when expanded. */
function view(c: Context, message: Message): Record<string, unknown> {
  const { singleValueExtendedProperties, ...content } = message.content;
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const all: Record<string, unknown> = {
    ...content,
    id: /IdType="ImmutableId"/i.test(c.req.header("prefer") ?? "") ? message.id : ordinaryId(message),
    isDraft: message.folder === "drafts",
    parentFolderId: message.folder,
    conversationId: message.conversation_id,
    internetMessageId: message.internet_message_id,
    createdDateTime: iso(message.created_at),
    sentDateTime: iso(message.sent_at),
    ...(/singleValueExtendedProperties/.test(c.req.query("$expand") ?? "") ? { singleValueExtendedProperties } : {}),
  };
  const wanted = c.req.query("$select")?.split(",");
  if (wanted === undefined) return all;
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => [...wanted, "id", "singleValueExtendedProperties"].includes(name)),
  );
}

export const msgraphSystem: System = {
  mounts: [
    { path: "/sandbox/msgraph", app: msgraph },
    { path: "/sandbox/microsoft", app: microsoft },
  ],
  collections: { mailboxes: Mailbox, messages: Message },
  failure: (status, id) => ({
    error: {
      code: status === 429 ? "ApplicationThrottled" : "InternalServerError",
      message: status === 429 ? "Application is over its MailboxConcurrency limit." : "An internal error occurred.",
      innerError: { "request-id": id },
    },
  }),
  section: {
    title: "Outlook",
    empty: "No draft and no sent mail yet.",
    items: (deps) =>
      graphMailboxes(deps)
        .messages.list()
        .map(({ mailbox, folder, created_at, sent_at, content }) => ({
          at: new Date(sent_at ?? created_at).toISOString(),
          title: `${folder} · ${mailbox} → ${allRecipients(content).join(", ")} · ${content.subject ?? ""}`,
          text: content.body?.content ?? "",
        })),
  },
};
