// The Resend stand-in: mails over an API, with the idempotency that makes a retry safe.
// Rule: the same Idempotency-Key with the same body within 24 hours answers the same id and sends nothing; with
// another body it is refused with 409.
// Source: https://resend.com/docs/api-reference/emails/send-email, …/errors
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { collection } from "../store.ts";
import type { System } from "./registry.ts";

const KEY_LIFETIME_MS = 24 * 3_600_000;
const MAX_KEY = 256;
const LIMIT = { max: 2, windowMs: 1_000 };
const ADDRESS = /^(?:[^<>\r\n]*<)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?$/;

const Addresses = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1).max(50)]);
const NewEmail = z.object({
  from: z.string(),
  to: Addresses,
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  cc: Addresses.optional(),
  bcc: Addresses.optional(),
  reply_to: Addresses.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  scheduled_at: z.string().optional(),
  tags: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});
const Email = NewEmail.extend({
  id: z.string(),
  created_at: z.string(),
  last_event: z.enum(["delivered", "scheduled", "canceled"]),
  idempotency_key: z.string().nullable(),
});
const UsedKey = z.object({ id: z.string(), body: z.string(), email_id: z.string(), at: z.number() });
/** A domain that may send; its id is its name. */
const Domain = z.object({ id: z.string() });

function records({ store }: Pick<Deps, "store">) {
  return {
    emails: collection(store, "resend", "emails", Email),
    keys: collection(store, "resend", "idempotency_keys", UsedKey),
    domains: collection(store, "resend", "domains", Domain),
  };
}

const refuse = (statusCode: number, name: string, message: string, headers: HeadersInit = {}) =>
  Response.json({ statusCode, name, message }, { status: statusCode, headers });

/** The API as Resend serves it, without an origin: `/emails`, … */
function resend(deps: Deps): Hono {
  const app = new Hono();
  const { emails, keys, domains } = records(deps);

  app.use("*", async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined) return refuse(401, "missing_api_key", "Missing API Key");
    if (token !== deps.secrets.resendApiKey) return refuse(403, "invalid_api_key", "API key is invalid");
    const { allowed, retryAfterSeconds } = deps.limiter.admit("resend", LIMIT, deps.clock());
    if (allowed) return next();
    const text = `Too many requests. You can only make ${LIMIT.max} requests per second.`;
    return refuse(429, "rate_limit_exceeded", text, { "retry-after": String(retryAfterSeconds) });
  });

  app.post("/emails", async (c) => {
    const key = c.req.header("idempotency-key") ?? null;
    if (key !== null && (key === "" || key.length > MAX_KEY))
      return refuse(400, "invalid_idempotency_key", `The key must be between 1-${MAX_KEY} chars.`);
    const text = await c.req.text();
    const used = key === null ? undefined : keys.get(key);
    if (used !== undefined && used.at + KEY_LIFETIME_MS > deps.clock())
      return used.body === text
        ? Response.json({ id: used.email_id })
        : refuse(
            409,
            "invalid_idempotent_request",
            "Same idempotency key used with a different request payload. Use a new key or the same payload.",
          );
    const email = NewEmail.safeParse(parseJson(text));
    if (!email.success) {
      const issue = email.error.issues[0];
      const field = String(issue?.path[0] ?? "body");
      return refuse(422, "validation_error", `The \`${field}\` field is missing or invalid: ${issue?.message ?? ""}`);
    }
    const { from, to, cc = [], bcc = [], html, text: plain, scheduled_at } = email.data;
    if (html === undefined && plain === undefined)
      return refuse(422, "missing_required_field", "Missing `html` or `text` field.");
    if (!ADDRESS.test(from) || [...to, ...cc, ...bcc].some((address) => !ADDRESS.test(address)))
      return refuse(
        422,
        "validation_error",
        "Invalid address. It has to follow the `email@example.com` or `Name <email@example.com>` format.",
      );
    const domain = /@([^\s>]+)>?$/.exec(from)?.[1]?.toLowerCase() ?? "";
    if (domains.get(domain) === undefined)
      return refuse(
        403,
        "validation_error",
        `The ${domain} domain is not verified. Please, add and verify your domain.`,
      );
    const id = deps.newId();
    emails.put(id, {
      ...email.data,
      id,
      created_at: new Date(deps.clock()).toISOString(),
      last_event: scheduled_at === undefined ? "delivered" : "scheduled",
      idempotency_key: key,
    });
    if (key !== null) keys.put(key, { id: key, body: text, email_id: id, at: deps.clock() });
    return Response.json({ id });
  });

  app.get("/emails/:id", (c) => {
    const email = emails.get(c.req.param("id"));
    return email === undefined
      ? refuse(404, "not_found", "Email not found")
      : Response.json({ object: "email", ...email });
  });

  app.post("/emails/:id/cancel", (c) => {
    const email = emails.get(c.req.param("id"));
    if (email === undefined) return refuse(404, "not_found", "Email not found");
    if (email.last_event !== "scheduled")
      return refuse(422, "validation_error", "Only an email that is scheduled can be canceled.");
    emails.put(email.id, { ...email, last_event: "canceled" });
    return Response.json({ object: "email", id: email.id });
  });
  app.notFound(() => refuse(404, "not_found", "The requested endpoint does not exist."));
  return app;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const resendSystem: System = {
  mounts: [{ path: "/sandbox/resend", app: resend }],
  collections: { emails: Email, domains: Domain },
  failure: (status) => ({
    statusCode: status,
    name: status === 429 ? "rate_limit_exceeded" : "internal_server_error",
    message: status === 429 ? "Too many requests." : "An unexpected error occurred.",
  }),
  section: {
    title: "Resend mails",
    empty: "No mail yet.",
    items: (deps) =>
      records(deps)
        .emails.list()
        .map(({ created_at, from, to, subject, text, html, last_event }) => ({
          at: created_at,
          title: `${last_event} · ${from} → ${to.join(", ")} · ${subject}`,
          text: text ?? html ?? "",
        })),
  },
};
