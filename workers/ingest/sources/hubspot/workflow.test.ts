import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signalOf } from "#runtime/signal.ts";
import { hubspot } from "../hubspot.ts";
import { workflowDraftOf } from "./workflow.ts";

const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const SETTINGS = { HUBSPOT_CLIENT_SECRET: "a-client-secret", PUBLIC_URL: "https://edge.example.com" };
const draft = (body: unknown) => workflowDraftOf(body, RECEIVED_AT);
const idOf = async (body: unknown) => {
  const found = draft(body);
  const result = found === null ? null : await signalOf(found, "hubspot", RECEIVED_AT);
  return result?.ok ? result.signal.signal_id : result?.reason;
};

/** As an older contact workflow sends it. */
const contact = {
  vid: 90210,
  "portal-id": 7,
  "is-contact": true,
  properties: {
    email: { value: "ana@example.com", versions: [{ value: "old@example.com" }] },
    hs_object_id: { value: "90210" },
    passport: { value: "REDACTED" },
    nickname: { value: "" },
  },
};

describe("a workflow's webhook", () => {
  test("is a signal about its record, with the record's properties as facts", () => {
    expect(draft(contact)).toEqual({
      signal_type: "crm_event",
      subject: "hubspot:90210",
      contact_id: "hubspot:90210",
      deal_id: null,
      account_id: null,
      payload: {
        event: "contact.workflow_triggered",
        facts: {
          vid: "90210",
          "portal-id": "7",
          "is-contact": "true",
          email: "ana@example.com",
          hs_object_id: "90210",
        },
      },
      fired_at: RECEIVED_AT,
      identity: ["7", "workflow", "hubspot:90210", expect.stringContaining("ana@example.com")],
    });
  });
  test.for([
    [{ hs_object_id: 1, dealstage: "closedwon" }, "deal.workflow_triggered", "hubspot:1"],
    [{ hs_object_id: "1", email: "a@example.com" }, "contact.workflow_triggered", "hubspot:1"],
    [{ hs_object_id: "1", domain: "example.com" }, "company.workflow_triggered", "hubspot:1"],
    [{ dealId: 1, portalId: 7, properties: {} }, "deal.workflow_triggered", "hubspot:1"],
    [{ companyId: 1 }, "company.workflow_triggered", "hubspot:1"],
    [{ objectId: 1, objectType: "DEAL" }, "deal.workflow_triggered", "hubspot:1"],
    [{ objectId: 1, objectType: "Line item" }, "line_item.workflow_triggered", "hubspot:line_item-1"],
    [{ objectId: 1, objectType: "tickets", email: "a@example.com" }, "ticket.workflow_triggered", "hubspot:ticket-1"],
    [{ objectId: 1, objectTypeId: "0-3" }, "deal.workflow_triggered", "hubspot:1"],
    [{ objectId: 1, objectType: "2-345" }, "custom_object.workflow_triggered", "hubspot:2-345-1"],
    [{ hs_object_id: 1 }, "object.workflow_triggered", "hubspot:object-1"],
  ] as const)("%o is %s", ([body, event, subject]) => {
    expect(draft(body)).toMatchObject({ subject, payload: { event } });
  });
  test("is one signal however often it is sent, and another when the record's content is another", async () => {
    const again = { properties: contact.properties, "is-contact": true, "portal-id": 7, vid: 90210 };
    expect(await idOf(again)).toBe(await idOf(contact));
    expect(await idOf({ ...contact, "portal-id": 8 })).not.toBe(await idOf(contact));
    expect(await idOf({ ...contact, changed: true })).not.toBe(await idOf(contact));
  });
  test("keeps every digit of an id", () => {
    const body = '{"hs_object_id":9007199254740993,"dealname":"x"}';
    const normalized = hubspot.normalize(body, { headers: new Headers(), receivedAt: RECEIVED_AT, settings: SETTINGS });
    expect(normalized).toMatchObject({ readings: [{ draft: { deal_id: "hubspot:9007199254740993" } }] });
  });
  test.for([{}, null, [], "text", { hs_object_id: "" }, { hs_object_id: "1 2" }, { hs_object_id: [1] }, { vid: -1 }])(
    "that names no record (%o) is none",
    (body) => {
      expect(draft(body)).toBeNull();
    },
  );
  test("is verified by version 2 of the signature, which covers method, URL and body", async () => {
    const url = "https://edge.example.com/hooks/hubspot?rule=1";
    const body = '{"hs_object_id":1}';
    const signature = createHash("sha256").update(`a-client-secretPOST${url}${body}`).digest("hex");
    const headers = new Headers({ "x-hubspot-signature": signature, "x-hubspot-signature-version": "v2" });
    const request = { method: "POST", url, headers, body: new TextEncoder().encode(body) };
    expect(await hubspot.verify(request, SETTINGS, 0)).toEqual({ kind: "ok" });
    const other = { ...request, url: `${url}1` };
    expect(await hubspot.verify(other, SETTINGS, 0)).toMatchObject({ code: "bad_signature" });
  });
  test("of any content keeps the contract", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), async (fields, properties) => {
        expect(await idOf({ ...fields, properties, hs_object_id: 1 })).toMatch(/^sig_/);
      }),
    );
  });
});
