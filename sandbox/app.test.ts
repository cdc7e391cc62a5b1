// The controls of the sandbox: state, seed, faults, reset, page; and what every stand-in gets from them.
import { beforeEach, describe, expect, it } from "vitest";
import { sandboxApp } from "./app.ts";
import { type FakeDeps, fakeDeps, readJson } from "./fake-deps.ts";
import { SYSTEM_NAMES } from "./systems/registry.ts";

const DEAL = "332507367156";

let deps: FakeDeps;
let app: ReturnType<typeof sandboxApp>;
beforeEach(() => {
  deps = fakeDeps();
  app = sandboxApp(deps);
});

const request = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.request(`http://localhost:8787${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const state = async (query = "") => readJson(await request("GET", `/sandbox/state${query}`));
const post = () =>
  request(
    "POST",
    "/sandbox/slack/api/chat.postMessage",
    { channel: "C0DEALS001", text: "hi" },
    { authorization: "Bearer slack-token" },
  );
const readDeal = () =>
  request("GET", `/sandbox/hubspot/crm/objects/2026-09/deals/${DEAL}`, undefined, {
    authorization: "Bearer hubspot-token",
  });

describe("the request log", () => {
  it("has every request with its answer and idempotency key, and never a credential", async () => {
    await readDeal();
    const properties = { hs_timestamp: "2026-11-23T09:00:00Z" };
    const inputs = [{ id: "act_1", idProperty: "dealwire_action_id", properties }];
    const path = "/sandbox/hubspot/crm/objects/2026-09/tasks/batch/upsert";
    await request("POST", path, { inputs }, { authorization: "Bearer hubspot-token" });
    await app.request("http://localhost:8787/sandbox/google/token", {
      method: "POST",
      body: "grant_type=x&assertion=a.b.c",
    });
    const { hubspot, gmail } = await state();
    expect(hubspot.requests).toMatchObject([
      { method: "GET", status: 200, idempotency_key: null },
      { method: "POST", path, status: 200, idempotency_key: "act_1" },
    ]);
    expect(hubspot.request_count).toBe(2);
    expect(gmail.requests[0].body).toBe("grant_type=x&assertion=…");
    expect(JSON.stringify(await state())).not.toContain("hubspot-token");
  });

  it("can be asked for one system, and refuses an unknown one", async () => {
    expect(Object.keys(await state("?system=slack"))).toEqual(["slack"]);
    expect((await request("GET", "/sandbox/state?system=fax")).status).toBe(404);
    expect((await request("GET", "/sandbox/state?requests=-1")).status).toBe(400);
  });
});

describe("faults", () => {
  it("fail a share of the requests in the system's own words, before anything happens", async () => {
    await request("POST", "/sandbox/faults", { slack: { rate: 0.3, status: 503, retry_after: 2 } });
    deps.dice.push(0.29, 0.3);
    const failed = await post();
    expect(failed.status).toBe(503);
    expect(failed.headers.get("retry-after")).toBe("2");
    expect(await readJson(failed)).toEqual({ ok: false, error: "internal_error" });
    expect((await state()).slack.records.messages).toEqual([]);
    expect((await post()).status).toBe(200);
  });

  it("end by themselves after `times` requests", async () => {
    await request("POST", "/sandbox/faults", { hubspot: { status: 429, times: 2 } });
    const statuses = [await readDeal(), await readDeal(), await readDeal()].map(({ status }) => status);
    expect(statuses).toEqual([429, 429, 200]);
    expect((await state()).hubspot.requests.map((entry: { fault: string }) => entry.fault)).toEqual([
      "error",
      "error",
      null,
    ]);
  });

  it("hang after the effect: the work is done and the answer is 504", async () => {
    await request("POST", "/sandbox/faults", { slack: { hang_after_effect: true, times: 1 } });
    expect((await post()).status).toBe(504);
    expect((await state()).slack.records.messages).toHaveLength(1);
  });

  it("cut answers in half, and delay them", async () => {
    await request("POST", "/sandbox/faults", { hubspot: { malformed: 1, latency_ms: 250 } });
    const answer = await (await readDeal()).text();
    expect(() => JSON.parse(answer)).toThrow();
    expect(deps.slept).toEqual([250]);
  });

  it.each([{}, null])("are cleared by %j", async (body) => {
    await request("POST", "/sandbox/faults", { hubspot: { status: 500 } });
    expect((await readDeal()).status).toBe(500);
    await request("POST", "/sandbox/faults", body);
    expect((await readDeal()).status).toBe(200);
  });

  it.each([{ hubspot: { rate: 2 } }, { hubspot: { status: 200 } }, { hubspot: { latency: 5 } }, { fax: {} }, [], "x"])(
    "refuse %j with a problem that names the place",
    async (body) => {
      const response = await request("POST", "/sandbox/faults", body);
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect((await readJson(response)).correlation_id).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it("of gmail cover the token endpoint", async () => {
    await request("POST", "/sandbox/faults", { gmail: { status: 500 } });
    expect((await request("POST", "/sandbox/google/token")).status).toBe(500);
  });
});

describe("records", () => {
  it("can be copied from the state under another id, links and all", async () => {
    const deal = (await state()).hubspot.records.deals.find((one: { id: string }) => one.id === DEAL);
    const response = await request("PUT", "/sandbox/hubspot/records/deals/701", {
      properties: { ...deal.properties, dealname: "Copy", amount: 5 },
      associations: deal.associations,
    });
    expect(response.status).toBe(200);
    const copy = await readJson(response);
    expect(copy).toMatchObject({ id: "701", properties: { dealname: "Copy", amount: "5", hs_object_id: "701" } });
    expect(copy.associations).toEqual(deal.associations);
  });

  it("get what HubSpot would compute from the stage, and keep it true when they are put again", async () => {
    const put = async (properties: Record<string, string>) =>
      readJson(await request("PUT", "/sandbox/hubspot/records/deals/702", { properties }));
    expect((await put({ dealstage: "closedwon" })).properties.hs_is_closed_won).toBe("true");
    expect((await put({ dealstage: "contractsent" })).properties.hs_is_closed).toBe("false");
  });

  it("let a custom property be declared and then written", async () => {
    const headers = { authorization: "Bearer hubspot-token" };
    const patch = () =>
      request(
        "PATCH",
        `/sandbox/hubspot/crm/objects/2026-09/deals/${DEAL}`,
        { properties: { competitor: "Globex" } },
        headers,
      );
    expect((await patch()).status).toBe(400);
    expect((await request("PUT", "/sandbox/hubspot/records/properties/deals.competitor", {})).status).toBe(200);
    expect((await patch()).status).toBe(200);
  });

  it.each([
    ["/sandbox/fax/records/pages/1", {}, 404],
    ["/sandbox/hubspot/records/unicorns/1", { properties: {} }, 400],
    ["/sandbox/hubspot/records/deals/1", { dealname: "x" }, 400],
    ["/sandbox/hubspot/records/deals/1", { properties: {}, associations: { contacts: ["1"] } }, 400],
    ["/sandbox/slack/records/channels/C1", { name: 1 }, 400],
    ["/sandbox/slack/records/channels/C1", [], 400],
  ])("refuse %s with %j", async (path, body, status) => {
    const response = await request("PUT", path, body);
    expect(response.status).toBe(status);
    expect((await readJson(response)).detail).not.toBe("");
  });
});

describe("reset", () => {
  it("goes back to the sample book, without faults, messages or requests", async () => {
    await post();
    await request("POST", "/sandbox/faults", { hubspot: { status: 500 } });
    await request("POST", "/sandbox/reset");
    const { slack, hubspot } = await state();
    expect(slack).toMatchObject({ records: { messages: [] }, requests: [], request_count: 0 });
    expect(hubspot.fault).toBeNull();
    expect(hubspot.records.deals).toHaveLength(60);
  });

  it("sends a browser back to the page", async () => {
    const response = await request("POST", "/sandbox/reset", undefined, { accept: "text/html" });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/sandbox/"]);
  });
});

describe("the page", () => {
  const page = async (query = "") => (await request("GET", `/sandbox/${query}`)).text();

  it("says when nothing has arrived", async () => {
    expect(await page()).toContain("No message yet.");
  });

  it("has a part for every system, with a link to it, and folds away what is older", async () => {
    const titles =
      "Slack,Sent mail,Drafts,HubSpot tasks by dealwire,Salesforce tasks by dealwire,Outlook,Outreach sequences,Salesloft cadences,Apollo sequences,Resend mails,Teams cards,Webhooks,Language model";
    const empty = await page();
    for (const title of titles.split(",")) expect(empty).toContain(`>${title}</h2>`);
    const links = [...empty.matchAll(/href="#([a-z-]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(SYSTEM_NAMES.length);
    for (const id of links) expect(empty).toContain(`<h2 id="${id}">`);
    for (let n = 0; n < 8; n += 1) {
      const message = { channel: "C0DEALS001", text: `Message ${n}` };
      await request("POST", "/sandbox/slack/api/chat.postMessage", message, { authorization: "Bearer slack-token" });
    }
    expect(await page()).toContain("<summary>3 older</summary>");
  });

  it("shows the book of business in both CRMs, folded up with its counts, and stays light", async () => {
    await request("POST", "/sandbox/reset");
    const text = await page();
    for (const summary of [
      "HubSpot deal records: 60",
      "Salesforce Opportunity records: 60",
      "HubSpot company records: 40",
    ])
      expect(text).toContain(`<summary>${summary}</summary>`);
    expect(text.length).toBeLessThan(250_000);
  });

  it("escapes whatever came in, and runs no script", async () => {
    const evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';
    await request("PUT", `/sandbox/hubspot/records/deals/${DEAL}`, {
      properties: { dealname: evil, dealstage: "contractsent" },
    });
    await request(
      "POST",
      "/sandbox/slack/api/chat.postMessage",
      { channel: "C0DEALS001", text: evil },
      { authorization: "Bearer slack-token" },
    );
    await request("GET", `/sandbox/hubspot/${encodeURIComponent(evil)}`);
    const response = await request("GET", "/sandbox/");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const text = await response.text();
    expect(text).toContain("&lt;script&gt;");
    expect(text).not.toContain("<script");
    expect(text).not.toContain("<img");
  });

  it("says when faults are on", async () => {
    expect(await page()).not.toContain("Faults are on");
    await request("POST", "/sandbox/faults", { slack: { status: 503 } });
    expect(await page()).toContain("Faults are on: slack");
  });

  it("reloads by itself only when asked", async () => {
    expect(await page()).not.toContain("http-equiv");
    expect(await page("?refresh=5")).toContain('http-equiv="refresh" content="5"');
  });

  it("is at /sandbox too, and anything unknown below it is a 404", async () => {
    expect((await request("GET", "/sandbox")).headers.get("location")).toBe("/sandbox/");
    expect((await request("GET", "/sandbox/nothing")).status).toBe(404);
  });
});
