// A receiver of alerts as webhooks: verifies the Standard Webhooks signature with the specification's own library and
// takes each `webhook-id` once.
// Rule: a repeated id is answered 200 and counted, so that a test sees how often it was sent and that it counted once.
import { Hono } from "hono";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { collection } from "../store.ts";
import type { System } from "./registry.ts";

/** What the specification asks senders to stay under. */
const MAX_BYTES = 20 * 1_024;

const Delivery = z.object({
  id: z.string(),
  at: z.string(),
  payload: z.unknown(),
  /** How often this id was sent, the first time included. */
  deliveries: z.int(),
});

const deliveriesIn = ({ store }: Pick<Deps, "store">) => collection(store, "webhook", "deliveries", Delivery);

/** `POST /`; the timestamp is held against the real clock, because the library knows no other. */
function webhook(deps: Deps): Hono {
  const app = new Hono();
  app.post("/", async (c) => {
    const body = await c.req.text();
    const headers = {
      "webhook-id": c.req.header("webhook-id") ?? "",
      "webhook-timestamp": c.req.header("webhook-timestamp") ?? "",
      "webhook-signature": c.req.header("webhook-signature") ?? "",
    };
    let payload: unknown;
    try {
      payload = new Webhook(deps.secrets.alertWebhookSecret).verify(body, headers);
    } catch (error) {
      if (error instanceof WebhookVerificationError) return Response.json({ error: error.message }, { status: 401 });
      return Response.json({ error: "The body is not JSON." }, { status: 400 });
    }
    if (new TextEncoder().encode(body).byteLength > MAX_BYTES)
      return Response.json({ error: "The body is larger than 20 KB." }, { status: 413 });
    const id = headers["webhook-id"];
    const known = deliveriesIn(deps).get(id);
    deliveriesIn(deps).put(
      id,
      known === undefined
        ? { id, at: new Date(deps.clock()).toISOString(), payload, deliveries: 1 }
        : { ...known, deliveries: known.deliveries + 1 },
    );
    return Response.json({ duplicate: known !== undefined });
  });
  app.notFound(() => Response.json({ error: "POST the webhook to the address itself." }, { status: 404 }));
  return app;
}

export const webhookSystem: System = {
  mounts: [{ path: "/sandbox/webhook", app: webhook }],
  collections: { deliveries: Delivery },
  failure: (status) => ({ error: status === 429 ? "Too many requests" : "Internal error" }),
  section: {
    title: "Webhooks",
    empty: "No webhook yet.",
    items: (deps) =>
      deliveriesIn(deps)
        .list()
        .map(({ id, at, payload, deliveries }) => ({
          at,
          title: deliveries === 1 ? id : `${id} · sent ${deliveries} times`,
          text: JSON.stringify(payload, null, 2),
        })),
  },
};
