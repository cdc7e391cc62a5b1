// The Slack stand-in: the Web API of one workspace. It checks the token, the arguments, blocks and the posting rate
// as Slack does, and keeps every message with its metadata.
// Rule: a refusal is HTTP 200 with `ok: false`; only the rate limit has a status of its own (429, Retry-After in s).
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { type Arguments, METHODS } from "./slack/methods.ts";
import { workspace } from "./slack/workspace.ts";

/** The API as Slack serves it under https://slack.com/api, without an origin: `/chat.postMessage`, … */
export function slack(deps: Deps): Hono {
  const app = new Hono();
  app.on(["GET", "POST"], "/:method", async (c) => {
    const name = c.req.param("method");
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (method === undefined) return Response.json({ ok: false, error: "unknown_method", req_method: name });
    const contentType = c.req.header("content-type") ?? "";
    const isJson = /^application\/json\b/i.test(contentType);
    const body = await c.req.text();
    const fromBody = isJson ? (method.json ? jsonArguments(body) : {}) : Object.fromEntries(new URLSearchParams(body));
    if (fromBody === null) return Response.json({ ok: false, error: "invalid_json" });
    const args = { ...c.req.query(), ...fromBody };
    // A token in the body counts only in a form; in JSON it is an argument like any other.
    const header = c.req.header("authorization");
    const token = header?.startsWith("Bearer ")
      ? header.slice("Bearer ".length)
      : isJson
        ? ""
        : String(args.token ?? "");
    if (token === "") return Response.json({ ok: false, error: "not_authed" });
    if (token !== deps.secrets.slackBotToken) return Response.json({ ok: false, error: "invalid_auth" });
    const reply = method.run(args, workspace(deps), deps);
    if ("retryAfterSeconds" in reply)
      return Response.json(
        { ok: false, error: "ratelimited" },
        { status: 429, headers: { "retry-after": String(reply.retryAfterSeconds) } },
      );
    const charsetMissing = isJson && !/charset=/i.test(contentType);
    return Response.json(charsetMissing ? { ...reply, warning: "missing_charset" } : reply);
  });
  app.notFound(() => Response.json({ ok: false, error: "unknown_method" }));
  return app;
}

function jsonArguments(body: string): Arguments | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
    return Object.fromEntries(Object.entries(parsed));
  } catch {
    return null;
  }
}
