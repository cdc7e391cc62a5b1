// What is sent for a sample: a new, signed event each time, changed as asked.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assign, parseAssignment } from "./assignments.ts";
import { type DeliveryInput, SAMPLE_SOURCES, secretOf } from "./deliveries.ts";
import { readSample, sampleNames, sampleSources } from "./sample-files.ts";
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

describe("the samples in the folder", () => {
  const samples = sampleSources().flatMap((source) => sampleNames(source).map((name) => [source, name] as const));

  it.each(samples)("can be sent: %s %s", (source, name) => {
    expect(() => SAMPLE_SOURCES[source].deliver(input({ sample: readSample(source, name) }))).not.toThrow();
  });
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
