// Outreach, Salesloft and Apollo, as a client sees them: nobody is added to a sequence twice.
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps } from "../fake-deps.ts";
import { apolloSystem } from "./apollo.ts";
import { outreachSystem } from "./outreach.ts";
import type { System } from "./registry.ts";
import { salesloftSystem } from "./salesloft.ts";

const MATON = "maton.reyes@querbus.example";

let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps();
});
const caller = (system: System, usual: Record<string, string>) => {
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await system.mounts[0]?.app(deps).request(path, {
      method,
      headers: { ...usual, ...headers },
      ...(body === undefined ? {} : { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
    });
    const text = (await response?.text()) ?? "";
    const isJson = text.startsWith("{");
    return { status: response?.status, headers: response?.headers, body: isJson ? JSON.parse(text) : text };
  };
};

describe("Outreach", () => {
  const call = caller(outreachSystem, {
    authorization: "Bearer outreach-token",
    "content-type": "application/vnd.api+json",
  });
  const link = (type: string, id: number) => ({ data: { type, id } });
  const add = (prospect: number, { sequence = 301, mailbox = 21 } = {}) =>
    call("POST", "/api/v2/sequenceStates", {
      data: {
        type: "sequenceState",
        relationships: {
          prospect: link("prospect", prospect),
          sequence: link("sequence", sequence),
          mailbox: link("mailbox", mailbox),
        },
      },
    });

  it("adds a prospect once, and again after it finished", async () => {
    const [prospect] = (await call("GET", `/api/v2/prospects?filter[emails]=${MATON}`)).body.data;
    const first = await add(prospect.id);
    expect(first).toMatchObject({
      status: 201,
      body: { data: { type: "sequenceState", attributes: { state: "active" } } },
    });
    const refused = await add(prospect.id);
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ id: "validationError" }] } });
    const query = `filter[prospect][id]=${prospect.id}&filter[sequence][id]=301`;
    const [state] = (await call("GET", `/api/v2/sequenceStates?${query}`)).body.data;
    expect(state.id).toBe(first.body.data.id);
    const finished = await call("POST", `/api/v2/sequenceStates/${state.id}/actions/finish`);
    expect(finished.body.data.attributes.state).toBe("finished");
    expect((await call("POST", `/api/v2/sequenceStates/${state.id}/actions/finish`)).status).toBe(422);
    expect((await add(prospect.id)).status).toBe(201);
  });

  it("refuses what does not exist, a disabled sequence and somebody who opted out", async () => {
    const tomas = "tomas.vega@marisol.example";
    const [optedOut] = (await call("GET", `/api/v2/prospects?filter[emails]=${tomas}`)).body.data;
    const answers = [
      await add(9),
      await add(1_001, { sequence: 9 }),
      await add(1_001, { mailbox: 9 }),
      await add(1_001, { sequence: 302 }),
      await add(optedOut.id),
      await call("POST", "/api/v2/sequenceStates", { data: { type: "sequenceState" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422]);
    expect((await call("GET", "/api/v2/sequences/9")).status).toBe(404);
  });

  it("wants a token and its own content type, and no more than 10,000 requests an hour", async () => {
    const plain = { "content-type": "application/json" };
    expect((await call("POST", "/api/v2/sequenceStates", {}, plain)).status).toBe(415);
    expect((await call("GET", "/api/v2/mailboxes", undefined, { authorization: "Bearer x" })).status).toBe(401);
    deps.limiter.admit("outreach", { max: 10_000, windowMs: 3_600_000, cost: 9_999 }, deps.clock());
    const limited = await call("GET", "/api/v2/mailboxes");
    expect([limited.status, limited.headers?.get("retry-after")]).toEqual([429, "3600"]);
  });

  it("rotates refresh tokens: one is good for one access token, and one a minute", async () => {
    const form = (refresh_token: string, client_secret = "outreach-secret") =>
      new URLSearchParams({ grant_type: "refresh_token", client_id: "outreach-client", client_secret, refresh_token });
    const login = (body: URLSearchParams) =>
      call("POST", "/oauth/token", body, { "content-type": "application/x-www-form-urlencoded" });
    expect((await login(form("outreach-refresh", "x"))).status).toBe(401);
    const { body } = await login(form("outreach-refresh"));
    expect((await login(form("outreach-refresh"))).body.error).toBe("invalid_grant");
    expect((await login(form(body.refresh_token))).status).toBe(429);
    deps.advance(60_001);
    expect((await login(form(body.refresh_token))).status).toBe(200);
    const bearer = { authorization: `Bearer ${body.access_token}` };
    expect((await call("GET", "/api/v2/mailboxes", undefined, bearer)).status).toBe(200);
    deps.advance(7_200_000);
    expect((await call("GET", "/api/v2/mailboxes", undefined, bearer)).status).toBe(401);
  });
});

describe("Salesloft", () => {
  const call = caller(salesloftSystem, {
    authorization: "Bearer salesloft-key",
    "content-type": "application/json",
  });
  const add = (body: unknown) => call("POST", "/v2/cadence_memberships", body);

  it("adds a person once, until the membership is deleted", async () => {
    const [person] = (await call("GET", `/v2/people?email_addresses[]=${MATON}`)).body.data;
    const [user] = (await call("GET", "/v2/users?emails[]=ben.okafor@northwind.example")).body.data;
    const wanted = { person_id: person.id, cadence_id: 401, user_id: user.id };
    const first = await add(wanted);
    expect(first).toMatchObject({ status: 200, body: { data: { person: { id: person.id }, user: { id: user.id } } } });
    expect(await add(wanted)).toMatchObject({
      status: 422,
      body: { errors: { person: ["is already on this cadence"] } },
    });
    const found = await call("GET", `/v2/cadence_memberships?person_id=${person.id}&cadence_id=401`);
    expect(found.body.data).toHaveLength(1);
    const path = `/v2/cadence_memberships/${first.body.data.id}`;
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("DELETE", path)).status).toBe(404);
    expect((await add(wanted)).status).toBe(200);
  });

  it.each([
    [{ cadence_id: 401 }, "person_id"],
    [{ person_id: 9, cadence_id: 401 }, "person"],
    [{ person_id: 5_001, cadence_id: 9 }, "cadence"],
    [{ person_id: 5_001, cadence_id: 402 }, "cadence"],
    [{ person_id: 5_001, cadence_id: 401, user_id: 9 }, "user"],
    [{ person_id: 5_007, cadence_id: 401 }, "person"],
  ])("refuses %j and names %s", async (body, field) => {
    const refused = await add(body);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual([field]);
  });

  it("wants its key and limits the rate", async () => {
    expect((await call("GET", "/v2/people", undefined, { authorization: "Bearer x" })).status).toBe(401);
    deps.limiter.admit("salesloft", { max: 600, windowMs: 60_000, cost: 600 }, deps.clock());
    expect((await call("GET", "/v2/people")).headers?.get("retry-after")).toBe("60");
  });
});

describe("Apollo", () => {
  const call = caller(apolloSystem, { "x-api-key": "apollo-key", "content-type": "application/json" });
  const campaign = (n: number) => `5e${String(n).padStart(22, "0")}`;
  const ACCOUNT = `ea${"0".repeat(22)}`;
  const add = (id: string, contacts: readonly string[], more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ emailer_campaign_id: id, send_email_from_email_account_id: ACCOUNT, ...more });
    for (const contact of contacts) query.append("contact_ids[]", contact);
    return call("POST", `/api/v1/emailer_campaigns/${id}/add_contact_ids?${query}`);
  };
  const maton = async () => (await call("POST", "/api/v1/contacts/search", { q_keywords: MATON })).body.contacts[0].id;

  it("skips who is in the sequence already, or active in another, and says so", async () => {
    const id = await maton();
    expect((await add(campaign(1), [id, id])).body).toMatchObject({ contacts: [{ id }], skipped_contact_ids: {} });
    const again = await add(campaign(1), [id, "c0ffffffffffffffffffffff"]);
    expect(again).toMatchObject({
      status: 200,
      body: {
        contacts: [],
        skipped_contact_ids: {
          [id]: "contacts_already_exists_in_current_campaign",
          c0ffffffffffffffffffffff: "contacts_not_found",
        },
      },
    });
    expect((await add(campaign(2), [id])).body.contacts).toEqual([]);
    const allowed = await add(campaign(2), [id], { sequence_active_in_other_campaigns: "true" });
    expect(allowed.body.contacts).toHaveLength(1);
  });

  it("takes contacts out again", async () => {
    const id = await maton();
    await add(campaign(1), [id]);
    const query = new URLSearchParams({ "emailer_campaign_ids[]": campaign(1), "contact_ids[]": id, mode: "remove" });
    expect((await call("POST", `/api/v1/emailer_campaigns/remove_or_stop_contact_ids?${query}`)).status).toBe(200);
    expect((await add(campaign(1), [id])).body.contacts).toHaveLength(1);
  });

  it("refuses a missing parameter, an unknown sequence, a wrong key and too many calls", async () => {
    const id = await maton();
    expect((await add(campaign(1), [])).status).toBe(422);
    expect((await add(campaign(1), [id], { send_email_from_email_account_id: "x" })).status).toBe(422);
    expect((await add(campaign(1), [id], { emailer_campaign_id: campaign(2) })).status).toBe(422);
    expect((await add(campaign(9), [id])).status).toBe(404);
    expect((await call("GET", "/api/v1/email_accounts", undefined, { "x-api-key": "x" })).status).toBe(401);
    for (let n = 0; n < 50; n += 1) await call("GET", "/api/v1/email_accounts");
    expect((await call("GET", "/api/v1/email_accounts")).status).toBe(429);
  });
});
