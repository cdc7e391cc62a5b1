// What a stranger is told: JSON for programs, a page for people, the way to the sign-in where there is one.
import type { Context } from "hono";
import { authProblem } from "../api/api-problem.ts";
import { AUTH_STATUS, type AuthRefusal } from "../auth/auth-result.ts";
import type { SiteEnv } from "../deps.ts";
import { MessagePage } from "./message-page.tsx";
import { wantsPage } from "./wants-page.ts";

const TITLES = {
  not_configured: "Sign-in is not configured",
  not_local: "Not from here",
  unproven: "Not signed in",
  signed_out: "Not signed in",
  unknown_person: "You are not known here yet",
  keys_unavailable: "Sign-in can’t be checked right now",
} as const satisfies Record<AuthRefusal["code"], string>;

/** Works before and behind the sign-in: all it takes of the context is what every request carries. */
export function authRefusalAnswer<E extends SiteEnv>(
  c: Context<E>,
  refusal: AuthRefusal,
): Response | Promise<Response> {
  const url = new URL(c.req.url);
  if (refusal.code === "signed_out" && !url.pathname.startsWith("/api/")) return c.redirect("/sign-in", 303);
  if (!wantsPage(url.pathname, c.req.header("accept"))) return authProblem(c.var.requestId, refusal);
  const { frame, requestId } = c.var;
  const page = (
    <MessagePage frame={frame} title={TITLES[refusal.code]} message={refusal.reason} requestId={requestId} />
  );
  return c.html(page, AUTH_STATUS[refusal.code]);
}
