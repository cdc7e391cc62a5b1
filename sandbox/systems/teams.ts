// The Microsoft Teams stand-in: a Workflows webhook that posts adaptive cards to a channel.
// Rule: whoever has the address may post, so its `sig` is the secret; an accepted card is 202 without a body, and
// there is no id, hence no way to ask whether a card arrived.
// Source: https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { collection } from "../store.ts";
import type { System } from "./registry.ts";

const MAX_BYTES = 28 * 1_024;
const LIMIT = { max: 4, windowMs: 1_000 };

const CardContent = z.looseObject({
  type: z.literal("AdaptiveCard"),
  version: z.string().regex(/^1\.[0-6]$/),
  body: z.array(z.looseObject({ type: z.string().min(1) })).min(1),
});
const Posted = z.looseObject({
  type: z.literal("message"),
  attachments: z
    .array(z.looseObject({ contentType: z.literal("application/vnd.microsoft.card.adaptive"), content: CardContent }))
    .min(1),
});
const Card = z.object({ id: z.string(), at: z.string(), message: Posted });

const refuse = (status: number, code: string, message: string, headers: HeadersInit = {}) =>
  Response.json({ error: { code, message } }, { status, headers });

/** `POST /workflows/{id}/triggers/manual/paths/invoke?…&sig=…`, as Power Automate serves it. */
function teams(deps: Deps): Hono {
  const app = new Hono();
  const own = new URL(deps.secrets.teamsWebhookUrl);
  app.post("/workflows/:id/triggers/manual/paths/invoke", async (c) => {
    if (!own.pathname.endsWith(`/workflows/${c.req.param("id")}/triggers/manual/paths/invoke`))
      return refuse(404, "WorkflowNotFound", `The workflow '${c.req.param("id")}' could not be found.`);
    if (c.req.query("sig") !== own.searchParams.get("sig"))
      return refuse(401, "DirectApiAuthorizationRequired", "The request signature 'sig' is missing or invalid.");
    const { allowed, retryAfterSeconds } = deps.limiter.admit("teams", LIMIT, deps.clock());
    if (!allowed)
      return refuse(429, "TooManyRequests", "Rate limit is exceeded.", { "retry-after": String(retryAfterSeconds) });
    const body = await c.req.arrayBuffer();
    if (body.byteLength > MAX_BYTES) return refuse(413, "RequestEntityTooLarge", "The message is larger than 28 KB.");
    const message = Posted.safeParse(parseJson(new TextDecoder().decode(body)));
    if (!message.success)
      return refuse(400, "TriggerInputSchemaMismatch", z.prettifyError(message.error).replaceAll("\n", " "));
    const id = deps.newId();
    deps.store.put("teams", "cards", id, { id, at: new Date(deps.clock()).toISOString(), message: message.data });
    return new Response(null, { status: 202 });
  });
  app.notFound(() => refuse(404, "NotFound", "POST to the whole address that Teams gave for the workflow."));
  return app;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Every text of a card, in the order in which it is read. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === "string" && ["text", "title", "value", "url"].includes(name) ? [inner] : texts(inner),
  );
}

export const teamsSystem: System = {
  mounts: [{ path: "/sandbox/teams", app: teams }],
  collections: { cards: Card },
  failure: (status) => ({
    error: {
      code: status === 429 ? "TooManyRequests" : "InternalServerError",
      message: status === 429 ? "Rate limit is exceeded." : "Encountered internal server error.",
    },
  }),
  section: {
    title: "Teams cards",
    empty: "No card yet.",
    items: (deps) =>
      collection(deps.store, "teams", "cards", Card)
        .list()
        .map(({ at, message }) => ({ at, title: "channel", text: texts(message.attachments).join("\n") })),
  },
};
