// The dead letters API: what could not be processed, its causes, and what people do about it. Rules: everybody signed in may
// look, operators alone replay, mend and discard; a replay is previewed by the same request with `dry_run`.
import { type Context, Hono } from "hono";
import * as z from "zod";
import { badQuery, invalidBody, notFoundProblem, notJson, operatorsOnly } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import { DiscardBody, LetterQuery, MendBody, ReplayLettersBody } from "#web/api/letters-body.ts";
import { cursorParameter, limitParameter, parseQuery } from "#web/api/query.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";
import { beginReplay, lookAtReplay } from "../letters/begin-replay.ts";
import { mendLetter } from "../letters/mend-letter.ts";

/** An event has up to 100 KB, so pages are short. */
const DeadLettersQuery = LetterQuery.extend({ limit: limitParameter(20, 50), before: cursorParameter });
const ExportQuery = LetterQuery.extend({ after: z.string().max(100).default("") });
const EXPORT_PAGE = 200;
const ISSUE_STATES = { acknowledge: "acknowledged", resolve: "resolved", reopen: "open" } as const;
const IssueVerb = z.enum(["acknowledge", "resolve", "reopen"]);

type Api = Context<SignedInEnv>;

export function deadLettersApi(deps: ConsoleDeps): Hono<SignedInEnv> {
  const { readModel, letters } = deps;
  const api = new Hono<SignedInEnv>();
  const now = () => new Date(deps.now()).toISOString();
  api.use(async (c, next) => {
    return c.req.method === "GET" || c.var.identity.role === "operator" ? next() : operatorsOnly(c.var.requestId);
  });

  api.get("/", async (c) => {
    const query = parseQuery(DeadLettersQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const { limit, before, ...filter } = query.value;
    const page = await readModel.deadLetters(filter, limit, before);
    return c.json({ dead_letters: page.items, next_cursor: page.nextCursor });
  });

  api.get("/issues", async (c) => c.json({ issues: await letters.issues(c.req.query("state") ?? null) }));
  api.post("/issues/:fingerprint/:verb", async (c) => {
    const verb = IssueVerb.safeParse(c.req.param("verb"));
    const issue = await letters.issue(c.req.param("fingerprint"));
    if (!verb.success || issue === null)
      return notFoundProblem(c.var.requestId, "There is no such issue, or no such verb.");
    await letters.setIssue(issue.fingerprint, ISSUE_STATES[verb.data], c.var.identity.email, now());
    return c.json({ issue: await letters.issue(issue.fingerprint) });
  });

  api.get("/export", async (c) => {
    const query = parseQuery(ExportQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const { after, ...filter } = query.value;
    const page = await letters.open(filter, after, EXPORT_PAGE);
    const last = page.at(-1);
    if (last !== undefined && page.length === EXPORT_PAGE) {
      const next = new URL(c.req.url);
      next.searchParams.set("after", last.letter_id);
      c.header("link", `<${next.pathname}${next.search}>; rel="next"`);
    }
    return c.body(page.map((letter) => `${JSON.stringify(letter)}\n`).join(""), 200, {
      "content-type": "application/x-ndjson",
      "content-disposition": 'attachment; filename="dead-letters.ndjson"',
    });
  });

  api.post("/replay", async (c) => {
    const body = await bodyOf(c, ReplayLettersBody);
    if (body instanceof Response) return body;
    if (body.dry_run) return c.json(await letters.preview(body.filter));
    const replay = await beginReplay(body, c.var.identity.email, deps);
    c.header("location", `/api/dead-letters/replays/${replay.replay_id}`);
    return c.json({ replay }, 202);
  });
  api.get("/replays/:replay_id", async (c) => {
    const replay = await lookAtReplay(c.req.param("replay_id"), deps);
    return replay === null ? notFoundProblem(c.var.requestId, "There is no such replay.") : c.json({ replay });
  });
  api.post("/replays/:replay_id/abort", async (c) => {
    await letters.abort(c.req.param("replay_id"), now());
    const replay = await letters.replay(c.req.param("replay_id"));
    return replay === null ? notFoundProblem(c.var.requestId, "There is no such replay.") : c.json({ replay });
  });

  api.post("/discard", async (c) => {
    const body = await bodyOf(c, DiscardBody);
    if (body instanceof Response) return body;
    const deed = { at: now(), by: c.var.identity.email, did: "discarded", reason: body.reason };
    return c.json({ discarded: await letters.discard(body.filter, deed) });
  });

  api.post("/:letter_id/mend", async (c) => {
    const body = await bodyOf(c, MendBody);
    if (body instanceof Response) return body;
    const result = await mendLetter(c.req.param("letter_id"), body, c.var.identity.email, deps);
    if (result === null) return notFoundProblem(c.var.requestId, "There is no such dead letter.");
    if (!result.ok) return invalidBody(c.var.requestId, [{ pointer: result.pointer, detail: result.reason }]);
    return c.json({ replay: result.replay }, 202);
  });
  return api;
}

async function bodyOf<Schema extends z.ZodType>(c: Api, schema: Schema): Promise<z.infer<Schema> | Response> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (body === undefined) return notJson(c.var.requestId);
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : invalidBody(c.var.requestId, fieldErrors(parsed.error));
}
