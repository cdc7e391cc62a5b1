import { createHash, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { signalOf } from "#runtime/signal.ts";
import { conformance } from "./conformance.ts";
import { decodeSignedUri } from "./hubspot/signed-uri.ts";
import { hubspot } from "./hubspot.ts";
import type { HookRequest, Reading } from "./source.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/hubspot`;
const SECRET = "a-client-secret";
const PUBLIC_URL = "https://edge.example.com";
const SETTINGS = { HUBSPOT_CLIENT_SECRET: SECRET, PUBLIC_URL };
const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const bytes = (text: string) => new TextEncoder().encode(text);
const fileOf = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");
const files = readdirSync(FOLDER);

const vectors = files
  .filter((file) => file.startsWith("sig."))
  .map((name) => {
    const { secret, uri = `${PUBLIC_URL}/hooks/hubspot`, rawBody, headers, timestamp } = JSON.parse(fileOf(name));
    // The Worker may see any host; what counts is PUBLIC_URL.
    const url = `http://10.0.0.1:8787${new URL(uri).pathname}`;
    const request = { method: "POST", url, headers: new Headers(headers), body: bytes(rawBody) };
    const settings = { HUBSPOT_CLIENT_SECRET: String(secret), PUBLIC_URL: `${new URL(uri).origin}/` };
    return { name, request, settings, nowMs: Number(timestamp ?? NOW) };
  });

async function sign(body: string, nowMs: number, path: string): Promise<HookRequest> {
  const signed = `POST${PUBLIC_URL}${path.replace("%2C", ",")}${body}${nowMs}`;
  const headers = new Headers({
    "x-hubspot-signature-v3": createHmac("sha256", SECRET).update(signed).digest("base64"),
    "x-hubspot-request-timestamp": String(nowMs),
  });
  return { method: "POST", url: `http://10.0.0.1:8787${path}`, headers, body: bytes(body) };
}

conformance({
  source: hubspot,
  settings: SETTINGS,
  key: { name: "HUBSPOT_CLIENT_SECRET", other: "another-client-secret" },
  sign,
  signsUri: true,
  signsTime: true,
  samples: files.filter((file) => !file.startsWith("sig.")).map((name) => ({ name, body: fileOf(name) })),
  redelivered: (body) =>
    JSON.stringify(
      JSON.parse(body)
        .map((event: object) => ({ ...event, attemptNumber: 3, subscriptionId: 9 }))
        .reverse(),
    ),
  vectors,
});

function read(...events: readonly unknown[]): readonly Reading[] {
  const normalized = hubspot.normalize(JSON.stringify(events), {
    headers: new Headers(),
    receivedAt: RECEIVED_AT,
    settings: SETTINGS,
  });
  return normalized.ok ? normalized.readings : [];
}
function draft(fields: object) {
  const [reading] = read({ eventId: 1, portalId: 7, occurredAt: NOW, objectId: 42, ...fields });
  return reading?.kind === "signal" ? reading.draft : reading;
}
function sample(name: string) {
  return draft(JSON.parse(fileOf(name))[0]);
}

describe("hubspot signatures", () => {
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  const withHeaders = async (headers: Record<string, string>) => ({
    ...(await sign("[]", NOW, "/hooks/hubspot")),
    headers: new Headers(headers),
  });

  test("version 3 counts whatever the version header says, and version 1 beside it does not", async () => {
    const live = await sign("[]", NOW, "/hooks/hubspot");
    live.headers.set("x-hubspot-signature-version", "v1");
    live.headers.set("x-hubspot-signature", "0".repeat(64));
    expect(await hubspot.verify(live, SETTINGS, NOW)).toEqual({ kind: "ok" });
    live.headers.set("x-hubspot-signature", digest(`${SECRET}[]`));
    live.headers.set("x-hubspot-signature-v3", "AAAA");
    expect(await hubspot.verify(live, SETTINGS, NOW)).toMatchObject({ kind: "refused", code: "bad_signature" });
  });
  test("a version 1 digest is not taken for version 2, nor one without a version", async () => {
    const signature = digest(`${SECRET}[]`);
    const verify = async (version: string | null) => {
      const headers = {
        "x-hubspot-signature": signature,
        ...(version ? { "x-hubspot-signature-version": version } : {}),
      };
      return hubspot.verify(await withHeaders(headers), SETTINGS, NOW);
    };
    expect(await verify("v1")).toEqual({ kind: "ok" });
    expect(await verify("v2")).toMatchObject({ code: "bad_signature" });
    expect(await verify(null)).toMatchObject({ code: "missing_signature" });
  });
  test("only the twelve escapes are decoded, in either case and once", () => {
    expect(decodeSignedUri("/%3A%2f%3F%40%21%24%27%28%29%2A%2c%3B")).toBe("/:/?@!$'()*,;");
    expect(decodeSignedUri("/%20%25%26%3D%253A%C3%A9%")).toBe("/%20%25%26%3D%253A%C3%A9%");
  });
  test("a PUBLIC_URL that is no URL is a matter of configuration", async () => {
    const verified = await hubspot.verify(await sign("[]", NOW, "/"), { ...SETTINGS, PUBLIC_URL: "edge" }, NOW);
    expect(verified).toEqual({ kind: "not_configured", reason: expect.stringContaining("PUBLIC_URL") });
  });
});

describe("hubspot events", () => {
  test("a property that names competitors tells them, one for each choice", () => {
    const change = { subscriptionType: "deal.propertyChange", propertyName: "competitors" };
    expect(draft({ ...change, propertyValue: "Globex; Initech;" })).toMatchObject({
      payload: { event: "deal.property_changed", competitors: ["Globex", "Initech"] },
    });
    expect(draft({ ...change, propertyValue: "" })).not.toHaveProperty("payload.competitors");
    expect(draft({ ...change, propertyValue: "REDACTED" })).not.toHaveProperty("payload.competitors");
  });
  test("a stage change is about its deal and says what it changed to", () => {
    expect(sample("deal.propertyChange.dealstage.json")).toMatchObject({
      signal_type: "crm_event",
      subject: "hubspot:332507367156",
      deal_id: "hubspot:332507367156",
      contact_id: null,
      account_id: null,
      fired_at: "2026-06-25T07:19:32.793Z",
      payload: {
        event: "deal.stage_changed",
        property: "dealstage",
        new_value: "qualifiedtobuy",
        changed_by: "INTEGRATION",
        facts: { portal_id: "48975575", source_id: "39522895" },
      },
    });
  });
  test.for([
    ["deal", "closedate", "deal.close_date_changed"],
    ["deal", "amount", "deal.amount_changed"],
    ["deal", "hubspot_owner_id", "deal.owner_changed"],
    ["deal", "dealname", "deal.property_changed"],
    ["contact", "hubspot_owner_id", "contact.property_changed"],
    ["line_item", "amount", "line_item.property_changed"],
  ] as const)("a change of %s %s is %s", ([object, propertyName, event]) => {
    const fields = { subscriptionType: `${object}.propertyChange`, propertyName, propertyValue: "1" };
    expect(draft(fields)).toMatchObject({ payload: { event, property: propertyName } });
  });
  test.for([
    ["company.creation", "company.created", "hubspot:42"],
    ["deal.restore", "deal.restored", "hubspot:42"],
    ["contact.privacyDeletion", "contact.privacy_deleted", "hubspot:42"],
    ["ticket.deletion", "ticket.deleted", "hubspot:ticket-42"],
    ["conversation.newMessage", "conversation.message_added", "hubspot:conversation-42"],
  ] as const)("%s is %s", ([subscriptionType, event, subject]) => {
    expect(draft({ subscriptionType })).toMatchObject({ subject, payload: { event } });
  });
  test.for([
    ["0-3", "deal.created", "hubspot:42"],
    ["0-8", "line_item.created", "hubspot:line_item-42"],
    ["2-3453932", "custom_object.created", "hubspot:2-3453932-42"],
    ["0-136", "object.created", "hubspot:0-136-42"],
    [undefined, "object.created", "hubspot:object-42"],
  ] as const)("an object.creation of type %s is %s", ([objectTypeId, event, subject]) => {
    expect(draft({ subscriptionType: "object.creation", objectTypeId })).toMatchObject({ subject, payload: { event } });
  });
  test("a merge is about the record that remains and names those that are gone", () => {
    const merge = {
      subscriptionType: "contact.merge",
      primaryObjectId: 42,
      newObjectId: 99,
      mergedObjectIds: [43, 99],
    };
    expect(draft(merge)).toMatchObject({
      subject: "hubspot:99",
      payload: { event: "contact.merged", related: ["hubspot:42", "hubspot:43"] },
    });
  });
  test.for([
    ["deal.associationChange", "DEAL_TO_CONTACT", false, "contact.added_to_deal", "hubspot:1", "hubspot:2"],
    ["contact.associationChange", "CONTACT_TO_DEAL", true, "contact.removed_from_deal", "hubspot:2", "hubspot:1"],
  ] as const)("%s (%s, removed: %s) is a stakeholder change about the deal", (row) => {
    const [subscriptionType, associationType, associationRemoved, event, deal, contact] = row;
    const change = { associationType, associationRemoved, fromObjectId: 1, toObjectId: 2, objectId: undefined };
    expect(draft({ subscriptionType, ...change })).toMatchObject({
      signal_type: "stakeholder_change",
      subject: deal,
      deal_id: deal,
      contact_id: contact,
      payload: { event, related: [contact] },
    });
  });
  test.for([
    ["jobtitle", "CTO", "contact.title_changed"],
    ["jobtitle", "", "contact.title_changed"],
    ["company", "Globex", "contact.employer_changed"],
    ["associatedcompanyid", "7", "contact.employer_changed"],
    ["hs_buying_role", "CHAMPION;DECISION_MAKER", "contact.buying_role_changed"],
    ["hs_email_bounce", "1", "contact.email_bounced"],
    ["hs_email_hard_bounce_reason_enum", "UNKNOWN_USER", "contact.email_bounced"],
  ] as const)("a contact's %s that becomes %o is the stakeholder change %s", ([propertyName, propertyValue, event]) => {
    const change = { propertyName, propertyValue };
    const expected = { signal_type: "stakeholder_change", contact_id: "hubspot:42", payload: { event } };
    expect(draft({ subscriptionType: "contact.propertyChange", ...change })).toMatchObject(expected);
    expect(draft({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", ...change })).toMatchObject(
      expected,
    );
    expect(draft({ subscriptionType: "company.propertyChange", ...change })).toMatchObject({
      signal_type: "crm_event",
    });
  });
  test.for([
    ["hs_email_bounce", "0"],
    ["hs_email_hard_bounce_reason_enum", ""],
  ])("a bounce that is taken back (%s is %o) is no bounce", ([propertyName, propertyValue]) => {
    expect(draft({ subscriptionType: "contact.propertyChange", propertyName, propertyValue })).toMatchObject({
      signal_type: "crm_event",
      payload: { event: "contact.property_changed" },
    });
  });
  test("a generic association takes its sides from the type ids", () => {
    const sides = { fromObjectId: 1, fromObjectTypeId: "0-1", toObjectId: 2, toObjectTypeId: "0-3" };
    const change = draft({ subscriptionType: "object.associationChange", objectId: undefined, ...sides });
    expect(change).toMatchObject({ subject: "hubspot:2", payload: { event: "contact.added_to_deal" } });
  });
  test("an association of a deal with a company is no stakeholder change", () => {
    expect(sample("deal.associationChange.company.json")).toMatchObject({
      signal_type: "crm_event",
      subject: "hubspot:63252656430",
      account_id: "hubspot:55480071766",
      payload: { event: "deal.association_added" },
    });
  });
  test.for([{ propertyValue: "REDACTED" }, { propertyValue: "x", isSensitive: true }, { isSensitive: "odd" }])(
    "a hidden value (%o) is never passed on",
    (hidden) => {
      const hiding = { subscriptionType: "contact.propertyChange", propertyName: "passport", ...hidden };
      const [reading] = read({ eventId: 1, objectId: 42, ...hiding });
      const payload = reading?.kind === "signal" ? reading.draft.payload : {};
      expect(payload).toMatchObject({ sensitive: true });
      expect(payload).not.toHaveProperty("new_value");
    },
  );
  test("a property that was emptied has the value null, and a long value is cut", () => {
    const change = { subscriptionType: "deal.propertyChange", propertyName: "notes" };
    expect(draft({ ...change, propertyValue: "" })).toMatchObject({ payload: { new_value: null } });
    const long = draft({ ...change, propertyValue: "x".repeat(65_536) });
    expect(long).toMatchObject({ payload: { new_value: "x".repeat(10_000) } });
  });
  test("an id beyond 2^53 keeps every digit", () => {
    const body = `[{"eventId":18446744073709551615,"objectId":9007199254740993,"subscriptionType":"deal.creation"}]`;
    const normalized = hubspot.normalize(body, { headers: new Headers(), receivedAt: RECEIVED_AT, settings: SETTINGS });
    expect(normalized).toMatchObject({ readings: [{ draft: { subject: "hubspot:9007199254740993" } }] });
    expect(JSON.stringify(normalized)).toContain("18446744073709551615");
  });
  test("an id sent as text is the same id", async () => {
    const ids = await Promise.all(
      [1, "1"].map(async (eventId) => {
        const [reading] = read({ eventId, objectId: 42, subscriptionType: "deal.creation" });
        const result = reading?.kind === "signal" ? await signalOf(reading.draft, "hubspot", RECEIVED_AT) : null;
        return result?.ok ? result.signal.signal_id : null;
      }),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^sig_/);
  });
  test("an event without its time fired when it was received, with an id that does not depend on that", () => {
    expect(sample("deal.associationChange.company.json")).toBeDefined();
    const [reading] = read(JSON.parse(fileOf("deal.associationChange.company.json"))[0]);
    expect(reading).toMatchObject({ draft: { fired_at: RECEIVED_AT } });
    expect(JSON.stringify(reading?.kind === "signal" && reading.draft.identity)).not.toContain("2026");
  });
  test("an unknown subscription type is ignored by its name, whatever else the event is", () => {
    const types = ["event.completed", "deal.exploded", "quote.creation", "deal.creation.x", "__proto__.creation"];
    expect(read(...types.map((subscriptionType) => ({ subscriptionType, objectId: [] })))).toEqual(
      types.map((name) => ({ kind: "ignored", name })),
    );
  });
  test.for([
    [{ objectId: undefined, subscriptionType: "deal.creation" }, "/0/objectId"],
    [{ subscriptionType: "deal.propertyChange" }, "/0/propertyName"],
    [{ subscriptionType: "deal.associationChange", fromObjectId: 1 }, "/0/toObjectId"],
    [{ subscriptionType: "deal.creation", eventId: 1.5 }, "/0/eventId"],
    [{ subscriptionType: "deal.creation", occurredAt: "soon" }, "/0/occurredAt"],
    [{ subscriptionType: 7 }, "/0/subscriptionType"],
    [{}, "/0/subscriptionType"],
  ] as const)("%o is refused with a pointer to what is wrong", ([fields, pointer]) => {
    expect(draft(fields)).toMatchObject({ kind: "invalid", pointer });
  });
  test.for([
    ["an object", "{}", "expected an array of 1 to 100 events, or a workflow's record with its hs_object_id"],
    ["half of an array", "[", "not JSON"],
    ["101 events", `[${"{},".repeat(100)}{}]`, "the array has 101 events; HubSpot sends at most 100"],
    ["a deep array", `${"[".repeat(40)}${"]".repeat(40)}`, "nested deeper than 32 levels"],
    ["a bottomless array", `${"[".repeat(500_000)}1234567890123456${"]".repeat(500_000)}`, "deeper than 32 levels"],
  ] as const)("a body that is %s is not understood", ([, body, detail]) => {
    const normalized = hubspot.normalize(body, { headers: new Headers(), receivedAt: RECEIVED_AT, settings: SETTINGS });
    expect(normalized).toEqual({ ok: false, errors: [{ pointer: "", detail: expect.stringContaining(detail) }] });
  });
});
