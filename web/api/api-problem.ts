// Problems of the API, in one place: what the outside sees of each way a request can fail.
import { type Problem, problem } from "#runtime/problem.ts";
import { AUTH_STATUS, type AuthRefusal } from "../auth/auth-result.ts";
import type { FieldError } from "./field-error.ts";

const RETRY_AFTER_SECONDS = 5;

const TITLES = {
  not_configured: "Sign-in is not configured",
  not_local: "Local mode answers on localhost only",
  unproven: "Not signed in",
  signed_out: "Not signed in",
  unknown_person: "Not known here",
  keys_unavailable: "Sign-in can't be checked right now",
} as const satisfies Record<AuthRefusal["code"], string>;

/** 400: a query parameter is not valid; `errors` name it. */
export function badQuery(correlationId: string, errors: readonly FieldError[]): Response {
  const detail = "A query parameter is not valid; see errors.";
  const extensions = { errors };
  return problem({
    status: 400,
    slug: "bad-query",
    title: "The query can't be read",
    detail,
    correlationId,
    extensions,
  });
}

/** 400: the body is no JSON at all. */
export function notJson(correlationId: string): Response {
  const detail = "The body is not JSON.";
  return problem({ status: 400, slug: "bad-body", title: "The body can't be read", detail, correlationId });
}

/** 422: the body is JSON, but not what is asked for; `errors` point to what is wrong. */
export function invalidBody(correlationId: string, errors: readonly FieldError[]): Response {
  const detail = "A field of the body is not valid; see errors.";
  const extensions = { errors };
  return problem({
    status: 422,
    slug: "invalid-body",
    title: "The body is not valid",
    detail,
    correlationId,
    extensions,
  });
}

export function notFoundProblem(correlationId: string, detail: string): Response {
  return problem({ status: 404, slug: "not-found", title: "Not found", detail, correlationId });
}

/** 403: what the caller's role does not allow; `detail` says who may. */
export function notAllowed(correlationId: string, detail: string): Response {
  return problem({ status: 403, slug: "not-allowed", title: "Not allowed", detail, correlationId });
}

/** 403: what only an operator may do. */
export function operatorsOnly(correlationId: string): Response {
  const detail = "Only an operator may do this; ask one of yours.";
  return problem({ status: 403, slug: "operators-only", title: "Not allowed", detail, correlationId });
}

/** 503: the queue did not take all of it; what it took is done, and doing it again changes nothing. */
export function notQueued(correlationId: string): Response {
  return problem({
    status: 503,
    slug: "not-queued",
    title: "Not taken",
    detail: "The queue did not take it; ask again, what was taken before is not done twice.",
    correlationId,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

export function authProblem(correlationId: string, { code, reason }: AuthRefusal): Response {
  return codedProblem(correlationId, {
    status: AUTH_STATUS[code],
    code,
    title: TITLES[code],
    detail: reason,
    mayPass: code === "keys_unavailable",
  });
}

/** A problem whose slug is a code of ours; `mayPass` says that asking again in a moment can help. */
export function codedProblem(
  correlationId: string,
  told: {
    status: number;
    code: string;
    title: string;
    detail: string;
    mayPass: boolean;
    extensions?: Problem["extensions"] & {};
  },
): Response {
  const { status, code, title, detail, mayPass, extensions = {} } = told;
  const fields = { status, slug: code.replaceAll("_", "-"), title, detail, correlationId, extensions };
  return problem(mayPass ? { ...fields, retryAfterSeconds: RETRY_AFTER_SECONDS } : fields);
}
