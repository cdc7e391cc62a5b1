// The Salesloft stand-in: people, users, cadences and who is on which cadence.
// Rule: a person is on a cadence once; a second membership is refused with 422.
// Source: https://developers.salesloft.com/docs/api/cadence-memberships
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { freeId } from "../free-id.ts";
import { collection } from "../store.ts";
import type { System } from "./registry.ts";

/** Salesloft counts a cost a minute and team; 600 is its default. */
const LIMIT = { max: 600, windowMs: 60_000 };

const Id = z.string().regex(/^\d+$/);
const Person = z.object({
  id: Id,
  email_address: z.email(),
  first_name: z.string(),
  last_name: z.string(),
  do_not_contact: z.boolean().default(false),
});
const User = z.object({ id: Id, email: z.email(), name: z.string() });
const Cadence = z.object({ id: Id, name: z.string(), current_state: z.enum(["active", "draft"]).default("active") });
const Membership = z.object({
  id: Id,
  person_id: Id,
  cadence_id: Id,
  user_id: Id,
  /** ISO 8601. */
  added_at: z.string(),
});

const NumericId = z.union([z.int(), Id], "must be an id").transform(String);
const NewMembership = z.object({ person_id: NumericId, cadence_id: NumericId, user_id: NumericId.optional() });

function records({ store }: Pick<Deps, "store">) {
  return {
    people: collection(store, "salesloft", "people", Person),
    users: collection(store, "salesloft", "users", User),
    cadences: collection(store, "salesloft", "cadences", Cadence),
    memberships: collection(store, "salesloft", "cadence_memberships", Membership),
  };
}

const notFound = () => Response.json({ error: "Not Found" }, { status: 404 });
const invalid = (errors: Record<string, string[]>) => Response.json({ errors }, { status: 422 });

/** The API as Salesloft serves it, without an origin: `/v2/cadence_memberships`, … */
function salesloft(deps: Deps): Hono {
  const app = new Hono();
  const { people, users, cadences, memberships } = records(deps);

  app.use("/v2/*", async (c, next) => {
    if (c.req.header("authorization") !== `Bearer ${deps.secrets.salesloftApiKey}`)
      return Response.json({ error: "Invalid Bearer token" }, { status: 401 });
    const { allowed, retryAfterSeconds } = deps.limiter.admit("salesloft", LIMIT, deps.clock());
    if (!allowed)
      return Response.json(
        { error: "Rate limit exceeded" },
        { status: 429, headers: { "retry-after": String(retryAfterSeconds) } },
      );
    return next();
  });

  app.get("/v2/people", (c) =>
    page(
      people.list().filter((one) => asked(c, "email_addresses[]", one.email_address)),
      personView,
    ),
  );
  app.get("/v2/people/:id", (c) => one(people.get(c.req.param("id")), personView));
  app.get("/v2/users", (c) =>
    page(
      users.list().filter((one) => asked(c, "emails[]", one.email)),
      withNumbers,
    ),
  );
  app.get("/v2/cadences/:id", (c) => one(cadences.get(c.req.param("id")), withNumbers));
  app.get("/v2/cadence_memberships", (c) => {
    const found = memberships
      .list()
      .filter((one) => asked(c, "person_id", one.person_id) && asked(c, "cadence_id", one.cadence_id));
    return page(found, membershipView);
  });
  app.get("/v2/cadence_memberships/:id", (c) => one(memberships.get(c.req.param("id")), membershipView));

  app.post("/v2/cadence_memberships", async (c) => {
    const sent: unknown = await c.req.json().catch(() => null);
    const body = NewMembership.safeParse(sent ?? c.req.query());
    if (!body.success) return invalid(fieldErrors(body.error));
    const { person_id, cadence_id, user_id } = body.data;
    const person = people.get(person_id);
    const cadence = cadences.get(cadence_id);
    const user = user_id === undefined ? users.list()[0] : users.get(user_id);
    if (person === undefined) return invalid({ person: ["must exist"] });
    if (cadence === undefined) return invalid({ cadence: ["must exist"] });
    if (user === undefined) return invalid({ user: ["must exist"] });
    if (cadence.current_state !== "active") return invalid({ cadence: ["must be active"] });
    if (person.do_not_contact) return invalid({ person: ["is marked do not contact"] });
    if (memberships.list().some((one) => one.person_id === person_id && one.cadence_id === cadence_id))
      return invalid({ person: ["is already on this cadence"] });
    const membership = {
      id: freeId(BigInt(deps.clock()), (id) => memberships.get(id) !== undefined),
      person_id,
      cadence_id,
      user_id: user.id,
      added_at: new Date(deps.clock()).toISOString(),
    };
    memberships.put(membership.id, membership);
    return Response.json({ data: membershipView(membership) });
  });

  app.delete("/v2/cadence_memberships/:id", (c) => {
    const id = c.req.param("id");
    if (memberships.get(id) === undefined) return notFound();
    memberships.remove(id);
    return new Response(null, { status: 204 });
  });
  app.notFound(notFound);
  return app;
}

/** Whether a filter, if given, names the value. */
function asked(c: Context, filter: string, value: string): boolean {
  const wanted = c.req.queries(filter);
  return wanted === undefined || wanted.some((one) => one.toLowerCase() === value.toLowerCase());
}

function fieldErrors(error: z.ZodError): Record<string, string[]> {
  return Object.fromEntries(error.issues.map(({ path, message }) => [String(path[0] ?? "base"), [message]]));
}

function page<T>(found: readonly T[], view: (one: T) => unknown): Response {
  const paging = { per_page: 25, current_page: 1, next_page: null, prev_page: null };
  return Response.json({ metadata: { filtering: {}, paging }, data: found.slice(0, 25).map(view) });
}

function one<T>(found: T | undefined, view: (one: T) => unknown): Response {
  return found === undefined ? notFound() : Response.json({ data: view(found) });
}

const withNumbers = ({ id, ...rest }: { id: string }) => ({ ...rest, id: Number(id) });
const personView = (person: z.infer<typeof Person>) => withNumbers(person);
const membershipView = ({ id, added_at, person_id, cadence_id, user_id }: z.infer<typeof Membership>) => ({
  id: Number(id),
  added_at,
  current_state: "active",
  currently_on_cadence: true,
  person: { id: Number(person_id) },
  cadence: { id: Number(cadence_id) },
  user: { id: Number(user_id) },
});

export const salesloftSystem: System = {
  mounts: [{ path: "/sandbox/salesloft", app: salesloft }],
  collections: { people: Person, users: User, cadences: Cadence, cadence_memberships: Membership },
  failure: (status) => ({ error: status === 429 ? "Rate limit exceeded" : "Internal Server Error" }),
  section: {
    title: "Salesloft cadences",
    empty: "Nobody is on a cadence yet.",
    items: (deps) => {
      const { memberships, people, cadences } = records(deps);
      return memberships.list().map(({ person_id, cadence_id, added_at }) => ({
        at: added_at,
        title: cadences.get(cadence_id)?.name ?? cadence_id,
        text: people.get(person_id)?.email_address ?? person_id,
      }));
    },
  },
};
