// The Outreach stand-in: JSON:API over prospects, mailboxes, sequences and sequence states.
// Rule: a prospect is in a sequence once; a second state for the pair is refused with 422 until the first is finished.
// Source: https://developers.outreach.io/api/reference/
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { freeId } from "../free-id.ts";
import { opens, outreachToken } from "./outreach/login.ts";
import { MailboxOfUser, outreachRecords, Prospect, Sequence, SequenceState } from "./outreach/records.ts";
import type { System } from "./registry.ts";

const JSON_API = "application/vnd.api+json";
const LIMIT = { max: 10_000, windowMs: 3_600_000 };

const related = <T extends string>(type: T) =>
  z.object({
    data: z.object({ type: z.literal(type), id: z.union([z.int(), z.string().regex(/^\d+$/)]).transform(String) }),
  });
const NewState = z.object({
  data: z.object({
    type: z.literal("sequenceState"),
    relationships: z.object({
      prospect: related("prospect"),
      sequence: related("sequence"),
      mailbox: related("mailbox"),
    }),
  }),
});

const answer = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": JSON_API } });
const refuse = (status: number, id: string, title: string, detail: string) =>
  answer({ errors: [{ id, title, detail }] }, status);
const invalid = (detail: string) => refuse(422, "validationError", "Validation Error", detail);
const notFound = (what: string) =>
  refuse(404, "resourceNotFound", "Resource Not Found", `Could not find ${what}. Check its id.`);

/** The API as Outreach serves it, without an origin: `/api/v2/…` and `/oauth/token`. */
function outreach(deps: Deps): Hono {
  const app = new Hono();
  const records = outreachRecords(deps);
  app.post("/oauth/token", (c) => outreachToken(c, deps));

  app.use("/api/v2/*", async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1];
    if (!opens(deps, token))
      return refuse(401, "unauthorizedRequest", "Unauthorized Request", "The access token is missing or invalid.");
    const { allowed, retryAfterSeconds } = deps.limiter.admit("outreach", LIMIT, deps.clock());
    if (!allowed) {
      const refused = refuse(429, "rateLimitExceeded", "Rate Limit Exceeded", "10,000 requests in an hour.");
      refused.headers.set("retry-after", String(retryAfterSeconds));
      return refused;
    }
    if (c.req.method === "POST" && !(c.req.header("content-type") ?? "").startsWith(JSON_API))
      return refuse(415, "unsupportedMediaType", "Unsupported Media Type", `The Content-Type has to be ${JSON_API}.`);
    return next();
  });

  app.get("/api/v2/prospects", (c) =>
    page(
      records.prospects.list().filter(({ emails }) => matches(c, "filter[emails]", emails)),
      prospectView,
    ),
  );
  app.get("/api/v2/prospects/:id", (c) => one(records.prospects.get(c.req.param("id")), prospectView, "the prospect"));
  app.get("/api/v2/mailboxes", (c) =>
    page(
      records.mailboxes.list().filter(({ email }) => matches(c, "filter[email]", [email])),
      mailboxView,
    ),
  );
  app.get("/api/v2/sequences/:id", (c) => one(records.sequences.get(c.req.param("id")), sequenceView, "the sequence"));
  app.get("/api/v2/sequenceStates", (c) =>
    page(
      records.states
        .list()
        .filter(
          ({ prospect_id, sequence_id, state }) =>
            matches(c, "filter[prospect][id]", [prospect_id]) &&
            matches(c, "filter[sequence][id]", [sequence_id]) &&
            matches(c, "filter[state]", [state]),
        ),
      stateView,
    ),
  );
  app.get("/api/v2/sequenceStates/:id", (c) => one(records.states.get(c.req.param("id")), stateView, "the state"));

  app.post("/api/v2/sequenceStates", async (c) => {
    const body = NewState.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return invalid(z.prettifyError(body.error).replaceAll("\n", " "));
    const { prospect, sequence, mailbox } = body.data.data.relationships;
    const person = records.prospects.get(prospect.data.id);
    const target = records.sequences.get(sequence.data.id);
    if (person === undefined) return invalid("Prospect does not exist.");
    if (target === undefined) return invalid("Sequence does not exist.");
    if (records.mailboxes.get(mailbox.data.id) === undefined) return invalid("Mailbox does not exist.");
    if (!target.enabled) return invalid("Sequence is not enabled.");
    if (person.optedOut) return invalid("Prospect is opted out of emails.");
    const inIt = records.states
      .list()
      .some((one) => one.prospect_id === person.id && one.sequence_id === target.id && one.state !== "finished");
    if (inIt) return invalid("Prospect has already been added to this sequence.");
    const state: SequenceState = {
      id: freeId(BigInt(deps.clock()), (id) => records.states.get(id) !== undefined),
      prospect_id: person.id,
      sequence_id: target.id,
      mailbox_id: mailbox.data.id,
      state: "active",
      created_at: deps.clock(),
    };
    records.states.put(state.id, state);
    return answer({ data: stateView(state) }, 201);
  });

  app.post("/api/v2/sequenceStates/:id/actions/:action", (c) => {
    const state = records.states.get(c.req.param("id"));
    if (state === undefined) return notFound("the state");
    const next = { finish: "finished", pause: "paused", resume: "active" } as const;
    const action = z.enum(["finish", "pause", "resume"]).safeParse(c.req.param("action"));
    if (!action.success) return notFound("the action");
    if (state.state === "finished") return invalid("Sequence state is already finished.");
    const changed = { ...state, state: next[action.data] };
    records.states.put(state.id, changed);
    return answer({ data: stateView(changed) });
  });
  app.notFound(() => notFound("the resource"));
  return app;
}

function matches(c: Context, filter: string, values: readonly string[]): boolean {
  const wanted = c.req.query(filter);
  return wanted === undefined || values.some((value) => value.toLowerCase() === wanted.toLowerCase());
}

function page<T>(found: readonly T[], view: (one: T) => unknown): Response {
  return answer({ data: found.slice(0, 50).map(view), meta: { count: found.length, count_truncated: false } });
}

function one<T>(found: T | undefined, view: (one: T) => unknown, what: string): Response {
  return found === undefined ? notFound(what) : answer({ data: view(found) });
}

const resource = (type: string, id: string, attributes: unknown, links: Record<string, string> = {}) => ({
  type,
  id: Number(id),
  attributes,
  relationships: Object.fromEntries(
    Object.entries(links).map(([name, linked]) => [name, { data: { type: name, id: Number(linked) } }]),
  ),
});
const prospectView = ({ id, ...attributes }: z.infer<typeof Prospect>) => resource("prospect", id, attributes);
const sequenceView = ({ id, ...attributes }: z.infer<typeof Sequence>) => resource("sequence", id, attributes);
const mailboxView = ({ id, email, user_id }: z.infer<typeof MailboxOfUser>) =>
  resource("mailbox", id, { email }, { user: user_id });
const stateView = ({ id, state, created_at, prospect_id, sequence_id, mailbox_id }: SequenceState) =>
  resource(
    "sequenceState",
    id,
    { state, createdAt: new Date(created_at).toISOString() },
    { prospect: prospect_id, sequence: sequence_id, mailbox: mailbox_id },
  );

export const outreachSystem: System = {
  mounts: [{ path: "/sandbox/outreach", app: outreach }],
  collections: {
    prospects: Prospect,
    mailboxes: MailboxOfUser,
    sequences: Sequence,
    sequenceStates: SequenceState,
  },
  failure: (status) => ({
    errors: [
      status === 429
        ? { id: "rateLimitExceeded", title: "Rate Limit Exceeded" }
        : { id: "internalServerError", title: "Internal Server Error" },
    ],
  }),
  section: {
    title: "Outreach sequences",
    empty: "Nobody is in a sequence yet.",
    items: (deps) => {
      const { states, prospects, sequences } = outreachRecords(deps);
      return states.list().map(({ prospect_id, sequence_id, state, created_at }) => ({
        at: new Date(created_at).toISOString(),
        title: `${sequences.get(sequence_id)?.name ?? sequence_id} · ${state}`,
        text: prospects.get(prospect_id)?.emails.join(", ") ?? prospect_id,
      }));
    },
  },
};
