// How what is not there, not allowed or broken is told: as a page to people, as problem+json to programs. Rule: a
// failure is logged with the id that the reader sees, and shows nothing of what caused it.
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Log } from "#runtime/log.ts";
import { type Problem, problem } from "#runtime/problem.ts";
import type { SiteEnv } from "../deps.ts";
import { MessagePage } from "./message-page.tsx";
import { wantsPage } from "./wants-page.ts";

const RETRY_AFTER_SECONDS = 5;

type Told = Omit<Problem, "correlationId" | "status"> & { status: ContentfulStatusCode };

export function notFoundAnswer(c: Context<SiteEnv>): Response | Promise<Response> {
  const detail = "There is nothing at this address.";
  return tell(c, { status: 404, slug: "not-found", title: "Not found", detail });
}

export function crossSiteAnswer(c: Context<SiteEnv>, detail: string): Response | Promise<Response> {
  return tell(c, { status: 403, slug: "cross-site", title: "Refused", detail });
}

export function failureAnswer(error: unknown, c: Context<SiteEnv>, log: Log): Response | Promise<Response> {
  const reason = String(error);
  log("error", "request_failed", { reason, path: c.req.routePath, correlation_id: c.var.requestId });
  if (/\bD1_|D1 DB/.test(reason)) {
    const detail = "The database does not answer right now. Signals are still processed; try again in a few seconds.";
    const retryAfterSeconds = RETRY_AFTER_SECONDS;
    return tell(c, {
      status: 503,
      slug: "database-unavailable",
      title: "Try again shortly",
      detail,
      retryAfterSeconds,
    });
  }
  const detail = "Something failed here. Nothing that you entered was lost on the deal; reload to see how it stands.";
  return tell(c, { status: 500, slug: "failed", title: "Something failed", detail });
}

function tell(c: Context<SiteEnv>, told: Told): Response | Promise<Response> {
  const { frame, requestId } = c.var;
  if (!wantsPage(c.req.path, c.req.header("accept"))) return problem({ ...told, correlationId: requestId });
  if (told.retryAfterSeconds !== undefined) c.header("retry-after", String(told.retryAfterSeconds));
  const page = <MessagePage frame={frame} title={told.title} message={told.detail} requestId={requestId} />;
  return c.html(page, told.status);
}
