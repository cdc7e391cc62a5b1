// What is sent for a sample: a new, signed event each time, changed as asked.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assign, parseAssignment } from "./assignments.ts";
import { SAMPLE_SOURCES, secretOf } from "./deliveries.ts";
import { bearer, type DeliveryInput } from "./delivery.ts";
import { signHubspot } from "./sign-hubspot.ts";
import { signStandard } from "./sign-standard.ts";

const NOW = Date.UTC(2026, 10, 21, 8);
let ids = 0;

function input(fields: Partial<DeliveryInput> = {}): DeliveryInput {
  return {
    sample: [{ eventId: 1, occurredAt: 2, propertyValue: "48000" }, { eventId: 3 }],
    assignments: [],
    baseUrl: "http://localhost:8787",
    secret: "s",
    nowMs: NOW,
    newId: () => {
      ids += 1;
      return `${ids.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
    },
    ...fields,
  };
}

describe("hubspot", () => {
  it("gives each event an id of its own and the time of sending", () => {
    const events = JSON.parse(SAMPLE_SOURCES.hubspot.deliver(input()).body);
    expect(events).toMatchObject([{ occurredAt: NOW, propertyValue: "48000" }, { occurredAt: NOW }]);
    expect(events[0].eventId).not.toBe(events[1].eventId);
  });

  it("signs the URL that it is sent to", () => {
    const { url, headers, body } = SAMPLE_SOURCES.hubspot.deliver(input());
    expect(url).toBe("http://localhost:8787/hooks/hubspot");
    expect(headers).toMatchObject(signHubspot({ secret: "s", method: "POST", url, body, timestamp: NOW }));
  });

  it("takes a fixed event id, to deliver the same event twice", () => {
    const assignments = [{ path: ["eventId"], value: "42" }];
    expect(JSON.parse(SAMPLE_SOURCES.hubspot.deliver(input({ assignments })).body)).toMatchObject([
      { eventId: 42 },
      { eventId: 42 },
    ]);
  });
});

describe("standard", () => {
  it("is one message, signed with the first of several secrets", () => {
    const secret = "whsec_Zmlyc3Q= whsec_c2Vjb25k";
    const sample = { type: "call.completed", data: { deal_id: "hubspot:1" } };
    const assignments = [{ path: ["data", "deal_id"], value: "hubspot:2" }];
    const { url, headers, body } = SAMPLE_SOURCES.standard.deliver(input({ secret, sample, assignments }));
    expect(url).toBe("http://localhost:8787/hooks/standard");
    expect(JSON.parse(body)).toEqual({
      type: "call.completed",
      timestamp: "2026-11-21T08:00:00.000Z",
      data: { deal_id: "hubspot:2" },
    });
    const id = headers["webhook-id"] ?? "";
    expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(headers).toMatchObject(signStandard({ secret: "whsec_Zmlyc3Q=", id, body, timestamp: NOW / 1_000 }));
  });
});

describe("an outbound message of Salesforce", () => {
  const record = "<sObject><sf:Id>0062000000ZZpewAAD</sf:Id><sf:StageName>Open</sf:StageName></sObject>";
  const sample = `<m><OrganizationId>00D1</OrganizationId><Id>04l2</Id>${record}</m>`;
  const bodyWith = (...assignments: { path: string[]; value: string }[]) =>
    SAMPLE_SOURCES.salesforce.deliver(input({ sample, assignments })).body;

  it("gets a notification id of its own, and its record was changed now", () => {
    const [first, second] = [bodyWith(), bodyWith()];
    expect(first).toMatch(/<Id>04l[0-9a-f]{12}<\/Id><sObject><sf:Id>0062000000ZZpewAAD</);
    expect(first).toContain("<sf:LastModifiedDate>2026-11-21T08:00:00.000Z</sf:LastModifiedDate></sObject>");
    expect(second).not.toBe(first);
  });

  it("is changed by the names of its fields, and what surrounds the record by its own", () => {
    const stage = bodyWith({ path: ["StageName"], value: "R&D <$&>" }, { path: ["Id"], value: "0061" });
    expect(stage).toContain("<sf:Id>0061</sf:Id><sf:StageName>R&amp;D &lt;$&amp;></sf:StageName>");
    expect(bodyWith({ path: ["OrganizationId"], value: "00D2" })).toContain("<OrganizationId>00D2</OrganizationId>");
    expect(bodyWith({ path: ["Amount"], value: "$1" })).toContain("<sf:Amount>$1</sf:Amount></sObject>");
  });
});

it("comes from a page of the receiver's own unless the beacon's page has a host", () => {
  const deliver = (url: string) => SAMPLE_SOURCES.track.deliver(input({ sample: { anonymousId: "a", url } }));
  expect(deliver("/pricing").headers.origin).toBe("http://localhost:8787");
  expect(deliver("https://www.example.com/pricing").headers.origin).toBe("https://www.example.com");
});

it.each([
  ["t1 t2", "t1"],
  ["gong:t1,posthog:t2", "t2"],
  ["gong:t1", ""],
])("takes the token of a source out of %j", (tokens, token) => {
  expect(bearer(tokens, "posthog")).toEqual({ authorization: `Bearer ${token}` });
});

describe("--set", () => {
  it.each([
    ["objectId=7", { objectId: 1 }, { objectId: 7 }],
    ["amount=7", { amount: "1" }, { amount: "7" }],
    ["a.b.c=x=y", {}, { a: { b: { c: "x=y" } } }],
    ['competitors=["Globex"]', { competitors: [] }, { competitors: ["Globex"] }],
    ["text=", { text: "was" }, { text: "" }],
  ])("reads %s", (text, before, after) => {
    const assignment = parseAssignment(text);
    expect(assignment && assign(before, assignment)).toEqual(after);
  });

  it.each(["objectId", "=1", "a..b=1", ""])("does not read %j", (text) => {
    expect(parseAssignment(text)).toBeNull();
  });

  it("changes one field, its own copy, whatever the field is called", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), fc.string(), (path, value) => {
        const target = Object.freeze({ kept: Object.freeze({ here: 1 }) });
        const after = assign(target, { path: ["set", ...path], value });
        expect(after).toMatchObject(target);
        expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
      }),
    );
  });
});

it("finds the secret of a source, and names the variable that is missing", () => {
  expect(secretOf("hubspot", { HUBSPOT_CLIENT_SECRET: "s" })).toBe("s");
  expect(() => secretOf("standard", {})).toThrow("sandbox/local.env has no STANDARD_WEBHOOKS_SECRETS");
});
