// The Gmail stand-in: drafts and messages of the reps' mailboxes, behind tokens of the Google token endpoint.
// Rule: a token opens one mailbox only, and only what its scopes allow; a draft can be sent once.
// Source: https://developers.google.com/workspace/gmail/api/reference/rest
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { grants, MAY_READ_DRAFTS, MAY_READ_MESSAGES, MAY_WRITE_DRAFTS } from "./gmail/access-token.ts";
import { acceptable, type Draft, type Message, mailboxes, matches, recipients } from "./gmail/mailbox.ts";
import { NOT_FOUND, refuse } from "./gmail/refusal.ts";
import { decodeWords, fromBase64, parseMail } from "./gmail/rfc822.ts";

/** Quota units a minute and user, and what a call costs. */
const QUOTA = { max: 15_000, windowMs: 60_000 };
const COST = { create: 10, update: 15, remove: 10, send: 100, read: 5 };
const MAX_PAGE = 500;

const DraftBody = z.object({ message: z.object({ raw: z.string().optional(), threadId: z.string().optional() }) });
const SendBody = z.object({ id: z.string().optional() });

/** The API as Google serves it, without an origin: `/gmail/v1/users/{user}/drafts`, … */
export function gmail(deps: Deps): Hono {
  const app = new Hono();
  const base = "/gmail/v1/users/:user";

  /** The mailbox that the request may use, or the refusal. */
  const authorise = (c: Context, scopes: readonly string[], cost: number): string | Response => {
    const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1];
    const grant = token === undefined ? undefined : grants(deps).get(token);
    if (grant === undefined || grant.expires_at <= deps.clock())
      return refuse(
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
      );
    if (mailboxes(deps).boxes.get(grant.subject) === undefined)
      return refuse("failedPrecondition", "Precondition check failed.");
    const user = (c.req.param("user") ?? "").toLowerCase();
    if (user !== "me" && user !== grant.subject) return refuse("forbidden", `Delegation denied for ${grant.subject}`);
    if (!grant.scopes.some((scope) => scopes.includes(scope)))
      return refuse("insufficientPermissions", "Request had insufficient authentication scopes.");
    const { allowed } = deps.limiter.admit(`gmail ${grant.subject}`, { ...QUOTA, cost }, deps.clock());
    return allowed ? grant.subject : refuse("rateLimitExceeded", "Quota exceeded for quota metric 'Queries'.");
  };

  /** The mail in a draft body, checked as Gmail does. */
  const readDraft = async (c: Context, mailbox: string) => {
    const body = DraftBody.safeParse(parseJson(await c.req.text()));
    if (!body.success || !body.data.message.raw) return refuse("invalidArgument", "Missing draft message");
    const bytes = fromBase64(body.data.message.raw);
    if (bytes === null)
      return refuse("invalidArgument", "Invalid value at 'draft.message.raw' (TYPE_BYTES), Base64 decoding failed");
    const raw = new TextDecoder().decode(bytes);
    const checked = acceptable(raw);
    if ("problem" in checked) return refuse("invalidArgument", checked.problem);
    const threadId = body.data.message.threadId ?? null;
    if (threadId !== null && mailboxes(deps).thread(mailbox, threadId).length === 0)
      return refuse("notFound", NOT_FOUND);
    return { raw, threadId };
  };

  app.post(`${base}/drafts`, async (c) => {
    const mailbox = authorise(c, MAY_WRITE_DRAFTS, COST.create);
    if (mailbox instanceof Response) return mailbox;
    const mail = await readDraft(c, mailbox);
    if (mail instanceof Response) return mail;
    const { draft, message } = mailboxes(deps).createDraft(mailbox, mail.threadId, mail.raw);
    return Response.json(draftView(draft, message, "minimal"));
  });

  app.post(`${base}/drafts/send`, async (c) => {
    const mailbox = authorise(c, MAY_WRITE_DRAFTS, COST.send);
    if (mailbox instanceof Response) return mailbox;
    const body = SendBody.safeParse(parseJson(await c.req.text()));
    if (!body.success || !body.data.id) return refuse("invalidArgument", "Missing draft id");
    const found = mailboxes(deps).draft(mailbox, body.data.id);
    if (found === undefined) return refuse("notFound", NOT_FOUND);
    const mail = parseMail(found.message.raw);
    if (mail === null || recipients(mail).length === 0) return refuse("invalidArgument", "Recipient address required");
    return Response.json(messageView(mailboxes(deps).send(found.draft, found.message), "minimal"));
  });

  app.get(`${base}/drafts`, (c) => {
    const mailbox = authorise(c, MAY_READ_DRAFTS, COST.read);
    if (mailbox instanceof Response) return mailbox;
    const boxes = mailboxes(deps);
    const query = c.req.query("q") ?? "";
    const found = boxes.drafts.list().flatMap((draft) => {
      const entry = boxes.draft(mailbox, draft.id);
      return entry && matches(entry.message, query) ? [entry] : [];
    });
    return listView(c, "drafts", found, ({ draft, message }) => ({ id: draft.id, message: reference(message) }));
  });

  app.get(`${base}/drafts/:id`, (c) => {
    const mailbox = authorise(c, MAY_READ_DRAFTS, COST.read);
    if (mailbox instanceof Response) return mailbox;
    const found = mailboxes(deps).draft(mailbox, c.req.param("id"));
    if (found === undefined) return refuse("notFound", NOT_FOUND);
    return Response.json(draftView(found.draft, found.message, c.req.query("format") ?? "full"));
  });

  app.put(`${base}/drafts/:id`, async (c) => {
    const mailbox = authorise(c, MAY_WRITE_DRAFTS, COST.update);
    if (mailbox instanceof Response) return mailbox;
    const mail = await readDraft(c, mailbox);
    if (mail instanceof Response) return mail;
    const found = mailboxes(deps).draft(mailbox, c.req.param("id"));
    if (found === undefined) return refuse("notFound", NOT_FOUND);
    const { draft, message } = mailboxes(deps).replaceDraft(found.draft, mail.threadId, mail.raw);
    return Response.json(draftView(draft, message, "minimal"));
  });

  app.delete(`${base}/drafts/:id`, (c) => {
    const mailbox = authorise(c, MAY_WRITE_DRAFTS, COST.remove);
    if (mailbox instanceof Response) return mailbox;
    const found = mailboxes(deps).draft(mailbox, c.req.param("id"));
    if (found === undefined) return refuse("notFound", NOT_FOUND);
    mailboxes(deps).deleteDraft(found.draft);
    return new Response(null, { status: 204 });
  });

  app.get(`${base}/messages`, (c) => {
    const mailbox = authorise(c, MAY_READ_MESSAGES, COST.read);
    if (mailbox instanceof Response) return mailbox;
    const query = c.req.query("q") ?? "";
    const found = mailboxes(deps)
      .messages.list()
      .filter((message) => message.mailbox === mailbox && matches(message, query));
    return listView(c, "messages", found, reference);
  });

  app.get(`${base}/messages/:id`, (c) => {
    const mailbox = authorise(c, MAY_READ_MESSAGES, COST.read);
    if (mailbox instanceof Response) return mailbox;
    const message = mailboxes(deps).message(mailbox, c.req.param("id"));
    return message
      ? Response.json(messageView(message, c.req.query("format") ?? "full"))
      : refuse("notFound", NOT_FOUND);
  });

  app.get(`${base}/threads/:id`, (c) => {
    const mailbox = authorise(c, MAY_READ_MESSAGES, COST.read);
    if (mailbox instanceof Response) return mailbox;
    const found = mailboxes(deps).thread(mailbox, c.req.param("id"));
    if (found.length === 0) return refuse("notFound", NOT_FOUND);
    const messages = found.map((message) => messageView(message, c.req.query("format") ?? "full"));
    return Response.json({ id: c.req.param("id"), messages });
  });

  app.notFound(() => refuse("notFound", NOT_FOUND));
  return app;
}

/** One page, newest first; the page token is how many came before. An empty list has no member at all. */
function listView<T>(c: Context, member: string, found: readonly T[], show: (one: T) => unknown): Response {
  const limit = Math.min(MAX_PAGE, Math.max(1, Number(c.req.query("maxResults") ?? 100) || 100));
  const start = Number(c.req.query("pageToken") ?? 0);
  if (!Number.isInteger(start) || start < 0) return refuse("invalidArgument", "Invalid pageToken");
  const page = found.toReversed().slice(start, start + limit);
  return Response.json({
    ...(page.length > 0 ? { [member]: page.map(show) } : {}),
    ...(start + limit < found.length ? { nextPageToken: String(start + limit) } : {}),
    resultSizeEstimate: found.length,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const reference = (message: Message) => ({ id: message.id, threadId: message.thread_id });

function base64url(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

/** `format` is Gmail's: minimal, metadata, full or raw. */
function messageView(message: Message, format: string) {
  const minimal = { ...reference(message), labelIds: message.label_ids };
  if (format === "minimal") return minimal;
  const more = { ...minimal, internalDate: String(message.internal_date), sizeEstimate: message.raw.length };
  if (format === "raw") return { ...more, raw: base64url(message.raw) };
  const mail = parseMail(message.raw);
  const body = format === "full" ? { body: { size: mail?.text.length ?? 0, data: base64url(mail?.text ?? "") } } : {};
  return {
    ...more,
    snippet: mail?.text.slice(0, 200) ?? "",
    payload: { headers: (mail?.headers ?? []).map(decoded), ...body },
  };
}

const decoded = ({ name, value }: { name: string; value: string }) => ({ name, value: decodeWords(value) });

function draftView(draft: Draft, message: Message, format: string) {
  return { id: draft.id, message: messageView(message, format) };
}
