// The raw bodies API: an operator has what came in read again, after an adapter was mended. Rule: the desk only asks;
// `ingest` (or `inbox`, a mail) reads the body, and its ids are those of the first time, so nothing happens twice.
import { Hono } from "hono";
import { rawReplay } from "#contract/messages.ts";
import { RAW_KEPT_DAYS, RawKey, replayQueueOf } from "#contract/raw-body.ts";
import { createEnvelope } from "#runtime/publish.ts";
import { invalidBody, notFoundProblem, notJson, notQueued, operatorsOnly } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import { ReplayBody } from "#web/api/replay-body.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";

/** Two seconds of one queue (5,000 messages a second), packed; more is asked for in parts. */
const MAX_REPLAYS = 10_000;

export function rawApi(deps: ConsoleDeps): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.use(async (c, next) => (c.var.identity.role === "operator" ? next() : operatorsOnly(c.var.requestId)));

  /** Whether the queue took all of them. */
  const request = async (keys: readonly string[], requestedBy: string, correlationId: string): Promise<boolean> => {
    const requestedAt = new Date(deps.now()).toISOString();
    const origin = { correlation_id: correlationId, priority: "standard", causation_id: null } as const;
    try {
      for (const [queue, ofQueue] of Map.groupBy(keys, replayQueueOf)) {
        const envelopes = ofQueue.map((key) =>
          createEnvelope(rawReplay, { key, requested_by: requestedBy, requested_at: requestedAt }, origin, deps),
        );
        await deps.publish(queue, envelopes);
      }
    } catch (error) {
      deps.log("error", "replay_not_queued", { correlation_id: correlationId, reason: String(error) });
      return false;
    }
    deps.log("info", "replay_requested", { correlation_id: correlationId, count: keys.length });
    return true;
  };

  api.post("/replay", async (c) => {
    const { requestId, identity } = c.var;
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return notJson(requestId);
    const parsed = ReplayBody.safeParse(body);
    if (!parsed.success) return invalidBody(requestId, fieldErrors(parsed.error));
    const found = await deps.rawBodies.find(parsed.data, MAX_REPLAYS);
    if (found.more) {
      const detail = `There are more than ${MAX_REPLAYS} raw bodies, or too many to look through; ask for a shorter time.`;
      return invalidBody(requestId, [{ pointer: "/to", detail }]);
    }
    if (parsed.data.dry_run) return c.json({ count: found.keys.length });
    if (!(await request(found.keys, identity.email, requestId))) return notQueued(requestId);
    return c.json({ queued: found.keys.length }, 202);
  });

  api.post("/:key{.+}/replay", async (c) => {
    const { requestId, identity } = c.var;
    const key = RawKey.safeParse(c.req.param("key"));
    if (!key.success || !(await deps.rawBodies.has(key.data))) {
      const detail = `There is no such raw body; they are kept for ${RAW_KEPT_DAYS} days, and a signal's raw_ref names its own.`;
      return notFoundProblem(requestId, detail);
    }
    if (!(await request([key.data], identity.email, requestId))) return notQueued(requestId);
    return c.json({ queued: 1 }, 202);
  });
  return api;
}
