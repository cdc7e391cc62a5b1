// One request to a stand-in: hands it to the system's API, injects the fault that is set, and logs what was received.
// Rule: every request is logged with the status that the caller saw; secrets (headers, JWTs) never are.
import type { Hono } from "hono";
import type { Deps } from "./deps.ts";
import { afterHit, readFault, type Strike, strike, writeFault } from "./faults.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { MAX_LOGGED_BODY } from "./store.ts";
import { SYSTEMS, type SystemName } from "./systems/registry.ts";

const MAX_BODY = 2 * 1024 * 1024;
/** Form fields and query parameters that open something. */
const SECRET_FIELDS = /\b(assertion|token|client_secret|refresh_token|sig)=[^&]*/g;

/** Answers the request; `path` is the mount's prefix, which the API does not see. */
export async function serveSystem(
  request: Request,
  name: SystemName,
  mount: { path: string; api: Hono },
  deps: Deps,
): Promise<Response> {
  const body = await request.text();
  const url = new URL(request.url);
  const struck = strike(readFault(deps.store, name), deps.random);
  if (struck.fault !== null && struck.kind !== "none") writeFault(deps.store, name, afterHit(struck.fault));
  if (struck.fault?.latency_ms) await deps.sleep(struck.fault.latency_ms);
  const inner = new URL(url);
  inner.pathname = url.pathname.slice(mount.path.length) || "/";
  const run = async () => {
    if (body.length > MAX_BODY) return Response.json(SYSTEMS[name].failure(413, deps.newId()), { status: 413 });
    const hasBody = request.method !== "GET" && request.method !== "HEAD";
    const init = { method: request.method, headers: request.headers, ...(hasBody ? { body } : {}) };
    return await mount.api.fetch(new Request(inner, init));
  };
  const response = await answer(struck, name, run, deps);
  deps.store.appendRequest({
    at: new Date(deps.clock()).toISOString(),
    system: name,
    method: request.method,
    path: `${url.pathname}${url.search.replace(SECRET_FIELDS, "$1=…")}`.slice(0, MAX_LOGGED_BODY),
    status: response.status,
    body: body.replace(SECRET_FIELDS, "$1=…").slice(0, MAX_LOGGED_BODY),
    idempotency_key: idempotencyKey(request.headers, url.pathname, body),
    fault: struck.kind === "none" ? null : struck.kind,
  });
  return response;
}

async function answer(struck: Strike, name: SystemName, run: () => Promise<Response>, deps: Deps): Promise<Response> {
  const fail = (status: number) => {
    const retryAfter = struck.fault?.retry_after;
    const headers: HeadersInit = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
    return Response.json(SYSTEMS[name].failure(status, deps.newId()), { status, headers });
  };
  switch (struck.kind) {
    case "none":
      return run();
    case "error":
      return fail(struck.fault?.status ?? 500);
    case "hang":
      await run();
      return fail(504);
    case "malformed": {
      const whole = await run();
      const text = await whole.text();
      const cut = whole.status === 204 ? null : text.slice(0, Math.floor(text.length / 2));
      return new Response(cut, { status: whole.status, headers: whole.headers });
    }
  }
}
