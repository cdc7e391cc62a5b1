// Makes a signed link for the caller: to decide later from a mail or a chat, without signing in there. Rule: a link is
// only ever made for whoever asks for it, so nobody decides in another's name.
import { Hono } from "hono";
import * as z from "zod";
import { CONFIGURATION_PAGE, setting } from "#runtime/setting.ts";
import { codedProblem, invalidBody, notJson } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import { notAllowedTo } from "#web/auth/identity.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { currentAction, notAllowed } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import { LinkClaims, linkPath, MAX_LINK_SECONDS } from "../links.ts";
import { refusalProblem } from "./refusal-problem.ts";

const DAY_SECONDS = 86_400;

export const LinkBody = z.object({
  verb: LinkClaims.shape.verb,
  content_hash: LinkClaims.shape.content_hash,
  expires_in_seconds: z.int().min(60).max(MAX_LINK_SECONDS).default(DAY_SECONDS),
});

export function linkApi(deps: DeskDeps): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.post("/:action_id/link", async (c) => {
    const { identity, requestId } = c.var;
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return notJson(requestId);
    const asked = LinkBody.safeParse(body);
    if (!asked.success) return invalidBody(requestId, fieldErrors(asked.error));
    const secret = setting("SESSION_SECRET", deps.settings.SESSION_SECRET);
    if (!secret.ok) {
      const told = { status: 503, code: "not_configured", title: "Links are not configured", mayPass: false };
      return codedProblem(requestId, { ...told, detail: `${secret.reason} (${CONFIGURATION_PAGE})` });
    }
    const outcome = await currentAction(c.req.param("action_id"), deps);
    if (!outcome.ok) return refusalProblem(requestId, outcome.refusal);
    const { snapshot } = outcome;
    const message = notAllowedTo(identity, snapshot);
    if (message !== null) return refusalProblem(requestId, notAllowed(message, snapshot));
    const { verb, content_hash, expires_in_seconds } = asked.data;
    const claims = { sub: identity.email, verb, action_id: snapshot.action.action_id, content_hash };
    const path = await linkPath(claims, secret.value, deps.now(), expires_in_seconds);
    const expires_at = new Date(deps.now() + expires_in_seconds * 1_000).toISOString();
    return c.json({ url: new URL(path, c.req.url).href, expires_at });
  });
  return api;
}
