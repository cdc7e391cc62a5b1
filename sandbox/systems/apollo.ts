// The Apollo stand-in: contacts, mail accounts and sequences, which Apollo calls emailer campaigns.
// Rule: contacts are added with query parameters, not a body; one who is already in the sequence, or active in another
// unless that is allowed, is skipped and named, never added twice.
// Source: https://docs.apollo.io/reference/add-contacts-to-sequence
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { collection } from "../store.ts";
import type { System } from "./registry.ts";

/** Per endpoint, by plan; this is the smallest plan's. */
const LIMIT = { max: 50, windowMs: 60_000 };

const Id = z.string().regex(/^[0-9a-f]{24}$/);
const ApolloContact = z.object({ id: Id, email: z.email(), name: z.string() });
const EmailAccount = z.object({ id: Id, email: z.email(), user_id: Id });
const Campaign = z.object({
  id: Id,
  name: z.string(),
  active: z.boolean().default(true),
  members: z
    .array(
      z.object({ contact_id: Id, email_account_id: Id, status: z.enum(["active", "finished"]), added_at: z.string() }),
    )
    .default([]),
});
const Search = z.object({ q_keywords: z.string().optional() });

function records({ store }: Pick<Deps, "store">) {
  return {
    contacts: collection(store, "apollo", "contacts", ApolloContact),
    accounts: collection(store, "apollo", "email_accounts", EmailAccount),
    campaigns: collection(store, "apollo", "emailer_campaigns", Campaign),
  };
}

const invalid = (error: string) => Response.json({ error }, { status: 422 });

/** The API as Apollo serves it, without an origin: `/api/v1/emailer_campaigns/{id}/add_contact_ids`, … */
function apollo(deps: Deps): Hono {
  const app = new Hono();
  const { contacts, accounts, campaigns } = records(deps);

  app.use("/api/v1/*", async (c, next) => {
    if (c.req.header("x-api-key") !== deps.secrets.apolloApiKey)
      return new Response("Invalid access credentials.", { status: 401 });
    const endpoint = c.req.path.replace(/[0-9a-f]{24}/, ":id");
    const { allowed, retryAfterSeconds } = deps.limiter.admit(`apollo ${endpoint}`, LIMIT, deps.clock());
    if (!allowed)
      return Response.json(
        { message: `The maximum number of api calls allowed for ${endpoint} is ${LIMIT.max} times per minute.` },
        { status: 429, headers: { "retry-after": String(retryAfterSeconds) } },
      );
    return next();
  });

  app.post("/api/v1/contacts/search", async (c) => {
    const words = await keywords(c);
    const found = contacts.list().filter((one) => `${one.name} ${one.email}`.toLowerCase().includes(words));
    return Response.json({ contacts: found.slice(0, 25), pagination: pagination(found.length) });
  });
  app.get("/api/v1/contacts/:id", (c) => {
    const contact = contacts.get(c.req.param("id"));
    if (contact === undefined) return Response.json({ error: "Contact not found" }, { status: 404 });
    return Response.json({ contact });
  });
  app.get("/api/v1/email_accounts", () =>
    Response.json({ email_accounts: accounts.list().map((one) => ({ ...one, active: true })) }),
  );
  app.post("/api/v1/emailer_campaigns/search", async (c) => {
    const words = await keywords(c);
    const found = campaigns.list().filter((one) => one.name.toLowerCase().includes(words));
    const shown = found.slice(0, 25).map(({ members, ...campaign }) => campaign);
    return Response.json({ emailer_campaigns: shown, pagination: pagination(found.length) });
  });

  app.post("/api/v1/emailer_campaigns/:id/add_contact_ids", (c) => {
    const campaign = campaigns.get(c.req.param("id"));
    if (campaign === undefined) return Response.json({ error: "Sequence not found" }, { status: 404 });
    if (c.req.query("emailer_campaign_id") !== campaign.id)
      return invalid("emailer_campaign_id is required and has to be the sequence in the path");
    const wanted = c.req.queries("contact_ids[]") ?? [];
    if (wanted.length === 0) return invalid("contact_ids[] is required, as a query parameter");
    const account = accounts.get(c.req.query("send_email_from_email_account_id") ?? "");
    if (account === undefined) return invalid("send_email_from_email_account_id is not one of your email accounts");
    if (!campaign.active) return invalid("The sequence is not active");
    const othersAllowed = c.req.query("sequence_active_in_other_campaigns") === "true";
    const skipped: Record<string, string> = {};
    const added = [...new Set(wanted)].flatMap((id) => {
      const contact = contacts.get(id);
      const reason =
        contact === undefined
          ? "contacts_not_found"
          : campaign.members.some((member) => member.contact_id === id)
            ? "contacts_already_exists_in_current_campaign"
            : !othersAllowed && isActive(campaigns.list(), id)
              ? "contacts_active_in_other_campaigns"
              : null;
      if (reason !== null) skipped[id] = reason;
      return reason === null && contact !== undefined ? [contact] : [];
    });
    const added_at = new Date(deps.clock()).toISOString();
    const members = added.map(
      ({ id }) => ({ contact_id: id, email_account_id: account.id, status: "active", added_at }) as const,
    );
    campaigns.put(campaign.id, { ...campaign, members: [...campaign.members, ...members] });
    const shown = added.map((contact) => ({ ...contact, emailer_campaign_ids: [campaign.id] }));
    const summary = { id: campaign.id, name: campaign.name, active: campaign.active };
    return Response.json({ contacts: shown, emailer_campaign: summary, skipped_contact_ids: skipped });
  });

  app.post("/api/v1/emailer_campaigns/remove_or_stop_contact_ids", (c) => {
    const mode = z.enum(["remove", "mark_as_finished"]).safeParse(c.req.query("mode"));
    const ids = c.req.queries("emailer_campaign_ids[]") ?? [];
    const people = c.req.queries("contact_ids[]") ?? [];
    if (!mode.success) return invalid("mode has to be remove or mark_as_finished");
    const chosen = ids.map((id) => campaigns.get(id));
    if (ids.length === 0 || people.length === 0 || chosen.includes(undefined))
      return invalid("emailer_campaign_ids[] and contact_ids[] have to name sequences and contacts");
    for (const campaign of chosen) {
      if (campaign === undefined) continue;
      const members = campaign.members.flatMap((member) => {
        if (!people.includes(member.contact_id)) return [member];
        return mode.data === "remove" ? [] : [{ ...member, status: "finished" as const }];
      });
      campaigns.put(campaign.id, { ...campaign, members });
    }
    return Response.json({ contacts: people.map((id) => ({ id })), emailer_campaigns: ids.map((id) => ({ id })) });
  });
  app.notFound(() => Response.json({ error: "Not found" }, { status: 404 }));
  return app;
}

function isActive(campaigns: readonly z.infer<typeof Campaign>[], contactId: string): boolean {
  return campaigns.some(({ members }) =>
    members.some(({ contact_id, status }) => contact_id === contactId && status === "active"),
  );
}

async function keywords(c: Context): Promise<string> {
  const body = Search.safeParse(await c.req.json().catch(() => ({})));
  return (body.data?.q_keywords ?? c.req.query("q_keywords") ?? "").toLowerCase();
}

const pagination = (total: number) => ({
  page: 1,
  per_page: 25,
  total_entries: total,
  total_pages: Math.ceil(total / 25),
});

export const apolloSystem: System = {
  mounts: [{ path: "/sandbox/apollo", app: apollo }],
  collections: { contacts: ApolloContact, email_accounts: EmailAccount, emailer_campaigns: Campaign },
  failure: (status) => ({ error: status === 429 ? "Too many requests" : "Internal server error" }),
  section: {
    title: "Apollo sequences",
    empty: "Nobody is in a sequence yet.",
    items: (deps) => {
      const { campaigns, contacts } = records(deps);
      return campaigns.list().flatMap(({ name, members }) =>
        members.map(({ contact_id, status, added_at }) => ({
          at: added_at,
          title: `${name} · ${status}`,
          text: contacts.get(contact_id)?.email ?? contact_id,
        })),
      );
    },
  },
};
