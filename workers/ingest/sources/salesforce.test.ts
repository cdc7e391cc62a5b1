import { readFileSync } from "node:fs";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import type { AnyQueue } from "#runtime/publish.ts";
import { ingest } from "../ingest.ts";
import { conformance } from "./conformance.ts";
import { salesforce } from "./salesforce.ts";
import type { HookRequest, Reading } from "./source.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/salesforce`;
const fileOf = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const TOKEN = "a-long-token";
const ORGANIZATION = "00Dd0000000dtDqEAI";
const SETTINGS = { INGEST_TOKENS: TOKEN, SALESFORCE_ORGANIZATION_IDS: "00Dd0000000dtDq", SALESFORCE_FLOW_MAP: "" };
const outbound: string = JSON.parse(fileOf("outbound-message.opportunity.json")).raw;
const deletion = JSON.parse(fileOf("cdc.delete.json"));
const published = JSON.parse(fileOf("platform-event.json"));
const update = {
  ChangeEventHeader: {
    entityName: "Opportunity",
    recordIds: ["0062000000ZZpewAAD", "006200000000001"],
    changeType: "UPDATE",
    transactionKey: "000267f1-31a6-e4e7-24e3-45f54c53a5d0",
    sequenceNumber: 1,
    commitTimestamp: 1_612_912_679_000,
    changedFields: ["StageName"],
  },
  StageName: "Closed Won",
};
const bridged = (detail: object, organization = "00Dd0000000dtDq") => ({
  version: "0",
  id: "cd4d811e-ab12-322b-8255-872ce65b1bc8",
  "detail-type": "OpportunityChangeEvent",
  source: `aws.partner/salesforce.com/${organization}/0YLB00000001`,
  detail,
});
const flow = {
  source: "salesforce-flow",
  eventId: "b5c1f4d2-0d9f-4a8e-9a53-8f1f5c1f6f10",
  object: "Contact",
  recordId: "003200000000001",
  eventType: "updated",
  changedFields: ["Title"],
  occurredAt: "2026-11-21T07:59:58Z",
  fields: { Title: "CTO" },
};

async function sign(body: string, _nowMs: number, path: string): Promise<HookRequest> {
  const headers = new Headers({ authorization: `Bearer ${TOKEN}` });
  return { method: "POST", url: `https://edge.example.com${path}`, headers, body: new TextEncoder().encode(body) };
}

conformance({
  source: salesforce,
  settings: SETTINGS,
  key: { name: "INGEST_TOKENS", other: "gong:a-long-token another" },
  sign,
  signsBody: false,
  signsUri: false,
  signsTime: false,
  samples: [
    { name: "cdc.delete.json", body: fileOf("cdc.delete.json") },
    { name: "cdc.undelete.json", body: fileOf("cdc.undelete.json") },
    { name: "platform-event.json", body: fileOf("platform-event.json") },
    { name: "an update of two records", body: JSON.stringify([update, bridged({ payload: deletion.data.payload })]) },
    { name: "a flow's callout", body: JSON.stringify({ ...flow, organizationId: ORGANIZATION }) },
  ],
  redelivered: (body) => {
    const given = JSON.parse(body);
    if (Array.isArray(given)) return JSON.stringify(given.toReversed());
    return JSON.stringify({
      ...given,
      ...(given.data && { data: { ...given.data, event: { ...given.data.event, replayId: 1 } } }),
    });
  },
  vectors: [],
});

function normalize(body: unknown, settings: Partial<typeof SETTINGS> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const context = { headers: new Headers(), receivedAt: RECEIVED_AT, settings: { ...SETTINGS, ...settings } };
  return salesforce.normalize(text, context);
}
function read(body: unknown): readonly Reading[] {
  const normalized = normalize(body);
  return normalized.ok ? normalized.readings : [];
}
const draftsOf = (body: unknown) => read(body).map((reading) => (reading.kind === "signal" ? reading.draft : reading));

describe("salesforce: who may send", () => {
  const verify = async (path: string, settings = SETTINGS, authorization?: string) => {
    const request = await sign("{}", 0, path);
    request.headers.delete("authorization");
    if (authorization !== undefined) request.headers.set("authorization", authorization);
    return salesforce.verify(request, settings, 0);
  };

  test("the token may be in the path, where an outbound message can set no header", async () => {
    expect(await verify(`/hooks/salesforce/${TOKEN}`)).toEqual({ kind: "ok" });
    expect(await verify("/hooks/salesforce/another")).toMatchObject({ kind: "refused", code: "bad_signature" });
    expect(await verify("/hooks/salesforce")).toMatchObject({ kind: "refused", code: "missing_signature" });
  });
  test.for([
    [
      { SALESFORCE_ORGANIZATION_IDS: "00Dd0000000dtDq, 005B0000005iVeG" },
      /005B0000005iVeG in SALESFORCE_ORGANIZATION_IDS/,
    ],
    [{ SALESFORCE_ORGANIZATION_IDS: "00Dd0000000dtDqEAX" }, /not an organization id/],
    [{ SALESFORCE_FLOW_MAP: "{}}" }, /SALESFORCE_FLOW_MAP/],
  ] as const)("%o is a matter of configuration, told only to who knows the token", async ([settings, reason]) => {
    const configured = { ...SETTINGS, ...settings };
    const known = await verify("/hooks/salesforce", configured, `Bearer ${TOKEN}`);
    expect(known).toEqual({ kind: "not_configured", reason: expect.stringMatching(reason) });
    expect(await verify("/hooks/salesforce", configured, "Bearer no")).toMatchObject({ kind: "refused" });
    expect(normalize(update, settings)).toMatchObject({ ok: false });
  });
});

describe("salesforce: relayed events", () => {
  test("an event means the same in every wrapper", () => {
    const wrapped = [
      update,
      { payload: update },
      { data: { schema: "x", payload: update, event: { replayId: 6 } }, channel: "/data/OpportunityChangeEvent" },
      bridged(update),
      bridged({ payload: update, replayId: 6 }),
      bridged({ data: { payload: update } }, ORGANIZATION),
    ];
    for (const body of wrapped) expect(draftsOf(body)).toEqual(draftsOf(update));
    expect(draftsOf(wrapped)).toHaveLength(12);
    expect(draftsOf(update)).toMatchObject([
      { subject: "salesforce:0062000000ZZpewAAD", payload: { event: "deal.stage_changed", new_value: "Closed Won" } },
      { subject: "salesforce:006200000000001AAA" },
    ]);
  });
  test("a platform event is about itself, or about the records that its fields name", () => {
    const uuid = "2ec0e371-1395-457f-9275-be1b527a72f7";
    expect(draftsOf(published)).toMatchObject([
      {
        signal_type: "custom",
        subject: `salesforce:${uuid}`,
        payload: {
          event: "platform_event.published",
          changed_by: "005D0000001cSZs",
          facts: { object: "Low_Ink__e", Printer_Model__c: "XZO-5", Serial_Number__c: "12345", Ink_Percentage__c: 0.2 },
        },
        fired_at: "2023-04-09T18:31:40.517Z",
        identity: ["event", uuid],
      },
    ]);
    const about = { ...published.data.payload, Deal__c: "0062000000ZZpewAAD", Serial_Number__c: "001234567890123" };
    expect(draftsOf({ ...published, data: { ...published.data, payload: about } })).toMatchObject([
      { deal_id: "salesforce:0062000000ZZpewAAD", account_id: null, payload: { related: [`salesforce:${uuid}`] } },
    ]);
  });
  test("a platform event without its id is told by its place", () => {
    const { EventUuid: _id, ...event } = published.data.event;
    const body = { ...published, data: { ...published.data, event } };
    expect(read([body])).toMatchObject([{ kind: "invalid", pointer: "/0/data/payload/EventUuid" }]);
  });
  test("of a hundred events three broken ones are told, and the others go on", () => {
    const events = Array.from({ length: 100 }, (_, index) =>
      index % 40 === 7 ? index : { ...flow, eventId: `${index}` },
    );
    const all = read(events);
    expect(all.filter(({ kind }) => kind === "signal")).toHaveLength(97);
    expect(all[87]).toMatchObject({ kind: "invalid", pointer: "/87", raw: 87 });
  });
  test("an id beyond 2^53 keeps its digits", () => {
    const body = JSON.stringify({ ...flow, fields: { External__c: 0 } }).replace(":0", ":9007199254740993");
    expect(draftsOf(body)).toMatchObject([{ payload: { facts: { External__c: "9007199254740993" } } }]);
  });
  test.for([
    [
      "a foreign organization on EventBridge",
      bridged(update, "00Dd0000000dtDr"),
      "/source",
      /00Dd0000000dtDrEAI is not one of/,
    ],
    ["another source on EventBridge", { ...bridged(update), source: "aws.s3" }, "/source", /organization id/],
    [
      "one foreign event among ours",
      [flow, { ...flow, organizationId: "00Dd0000000dtDr" }],
      "/1/organizationId",
      /not one of/,
    ],
    ["101 events", Array.from({ length: 101 }, () => flow), "", /101 events; send at most 100/],
    [
      "too many records",
      [{ ...update, ChangeEventHeader: { ...update.ChangeEventHeader, recordIds: Array(2_001).fill("x") } }],
      "",
      /2001 records/,
    ],
    ["half of it", '{"data":', "", /not JSON/],
    ["nothing", "", "", /not JSON/],
    ["10,000 levels", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, "", /deeper than 32/],
    ["UTF-16", "{\0}\0", "", /UTF-16/],
  ] as const)("%s is not taken at all", ([, body, pointer, detail]) => {
    expect(normalize(body)).toEqual({ ok: false, errors: [{ pointer, detail: expect.stringMatching(detail) }] });
  });
  test("of a key that comes twice the last counts, and an empty array is nothing", () => {
    const twice = JSON.stringify(flow).replace('"object"', '"object":"Lead","object"');
    expect(draftsOf(twice)).toEqual(draftsOf(flow));
    expect(normalize([])).toEqual({ ok: true, readings: [] });
  });
});

describe("salesforce: answers", () => {
  async function post(body: string | Uint8Array<ArrayBuffer>, refusing: AnyQueue | null = null) {
    const taken: Envelope[] = [];
    const request = new Request(`https://edge.example.com/hooks/salesforce/${TOKEN}`, { method: "POST", body });
    const response = await ingest(request, {
      sources: [salesforce],
      settings: SETTINGS,
      publish: async (queue, envelopes) => {
        if (queue === refusing) throw new Error("overloaded");
        taken.push(...envelopes);
      },
      limit: async () => true,
      shedLevel: async () => "none" as const,
      raw: { put: async () => {} },
      trackScript: "",
      log: () => {},
      now: () => Date.parse(RECEIVED_AT),
      newEventId: uuidv7,
    });
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text(), taken };
  }

  test("an outbound message gets its Ack, a byte order mark or not", async () => {
    for (const body of [outbound, `\uFEFF${outbound}`]) {
      const answer = await post(body);
      expect(answer).toMatchObject({ status: 200, type: "text/xml", text: expect.stringContaining("<Ack>true</Ack>") });
      expect(answer.taken).toHaveLength(1);
    }
  });
  test("a broken notification is a dead letter, and the message still gets its Ack", async () => {
    const answer = await post(outbound.replace("0062000000ZZpewAAD", "006"));
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining("<Ack>true</Ack>") });
    expect(answer.taken).toMatchObject([{ topic: "dead.letter" }]);
  });
  test("JSON gets the usual answer", async () => {
    const answer = await post(JSON.stringify(flow));
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([202, { accepted: 1 }]);
  });
  test.for(["signals", "audit"] as const)("there is no Ack while %s refuses", async (queue) => {
    const answer = await post(outbound, queue);
    expect(answer).toMatchObject({ status: 503, type: "application/problem+json" });
    expect(answer.text).not.toContain("Ack");
  });
  test.for([
    ["half of a message", outbound.slice(0, 800), "well-formed"],
    ["a foreign organization", outbound.replace(ORGANIZATION, "00Dd0000000dtDr"), "SALESFORCE_ORGANIZATION_IDS"],
    ["UTF-16 with its mark", new Uint8Array(Buffer.from(`\uFEFF${outbound}`, "utf16le")), "not valid UTF-8"],
    ["UTF-16 without it", new Uint8Array(Buffer.from(outbound, "utf16le")), "UTF-16"],
  ] as const)("%s is answered with 400 and no Ack", async ([, body, detail]) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, type: "application/problem+json", taken: [] });
    expect(answer.text).toContain(detail);
    expect(answer.text).not.toContain("Ack");
  });
});
