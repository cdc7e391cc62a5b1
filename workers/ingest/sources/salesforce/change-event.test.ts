import { describe, expect, test } from "vitest";
import { readChangeEvent } from "./change-event.ts";

const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const DEAL = "0062000000ZZpewAAD";
const HEADER = {
  entityName: "Opportunity",
  recordIds: [DEAL],
  changeType: "UPDATE",
  changeOrigin: "com/salesforce/api/soap/60.0;client=X",
  transactionKey: "000267f1-31a6-e4e7-24e3-45f54c53a5d0",
  sequenceNumber: 1,
  commitTimestamp: 1_612_912_679_000,
  commitNumber: 10_716_283_339_728,
  commitUser: "005B0000005iVeGIAU",
  changedFields: ["LastModifiedDate", "StageName"],
};

function read(header: object = {}, fields: object = {}) {
  const payload = { ChangeEventHeader: { ...HEADER, ...header }, ...fields };
  return readChangeEvent(payload, "/data/payload", payload, RECEIVED_AT);
}
function draft(header: object = {}, fields: object = {}) {
  const [reading] = read(header, fields);
  return reading?.kind === "signal" ? reading.draft : reading;
}

describe("updates", () => {
  test("a new stage is a signal about the deal that tells who did it and what else changed", () => {
    const changedFields = ["Amount", "LastModifiedDate", "StageName"];
    expect(draft({ changedFields }, { StageName: "Closed Won", Amount: 1200.5, AccountId: "0012000001AOHpx" })).toEqual(
      {
        signal_type: "crm_event",
        subject: `salesforce:${DEAL}`,
        deal_id: `salesforce:${DEAL}`,
        contact_id: null,
        account_id: "salesforce:0012000001AOHpxAAH",
        payload: {
          event: "deal.stage_changed",
          property: "StageName",
          new_value: "Closed Won",
          related: ["salesforce:0012000001AOHpxAAH"],
          changed_by: "com/salesforce/api/soap/60.0;client=X",
          facts: {
            object: "Opportunity",
            change_type: "UPDATE",
            change_origin: "com/salesforce/api/soap/60.0;client=X",
            commit_user: "005B0000005iVeGIAU",
            transaction_key: "000267f1-31a6-e4e7-24e3-45f54c53a5d0",
            changed_fields: "Amount LastModifiedDate StageName",
            StageName: "Closed Won",
            Amount: 1200.5,
            AccountId: "0012000001AOHpx",
          },
        },
        fired_at: "2021-02-09T23:17:59.000Z",
        identity: ["change", "000267f1-31a6-e4e7-24e3-45f54c53a5d0", "1", "Opportunity", DEAL],
      },
    );
  });
  test.for([
    [["OwnerId", "Amount", "CloseDate"], "deal.close_date_changed", "CloseDate"],
    [["OwnerId", "Amount"], "deal.amount_changed", "Amount"],
    [["NextStep", "OwnerId"], "deal.owner_changed", "OwnerId"],
    [["LastModifiedDate", "NextStep"], "deal.property_changed", "NextStep"],
    [["LastModifiedDate"], "deal.property_changed", "LastModifiedDate"],
    [[], "deal.updated", undefined],
    [["0x1A", "2-0x04"], "deal.updated", undefined],
    [["constructor"], "deal.property_changed", "constructor"],
    ["StageName", "deal.updated", undefined],
  ] as const)("of %o the most telling is %s", ([changedFields, event, property]) => {
    expect(draft({ changedFields })).toMatchObject({ payload: { event, property } });
  });
  test.for([
    ["Contact", "003", { Title: "CTO" }, "contact.title_changed", "Title", "CTO"],
    ["Contact", "003", { Title: "CTO", AccountId: null }, "contact.employer_changed", "AccountId", null],
    ["Lead", "00Q", { Company: "Globex" }, "contact.employer_changed", "Company", "Globex"],
    ["Contact", "003", { EmailBouncedReason: "550" }, "contact.email_bounced", "EmailBouncedReason", "550"],
    ["Lead", "00Q", { IsEmailBounced: true }, "contact.email_bounced", "IsEmailBounced", "true"],
  ] as const)(
    "a %s (%s) with %o is the stakeholder change %s",
    ([entityName, prefix, fields, event, property, value]) => {
      const header = { entityName, recordIds: [`${prefix}200000000001`], changedFields: Object.keys(fields) };
      expect(draft(header, fields)).toMatchObject({
        signal_type: "stakeholder_change",
        payload: { event, property, new_value: value },
      });
    },
  );
  test("a bounce that was cleared is a plain change", () => {
    const header = { entityName: "Contact", recordIds: ["003200000000001"], changedFields: ["EmailBouncedReason"] };
    const cleared = draft({ ...header, nulledFields: ["EmailBouncedReason"] });
    expect(cleared).toMatchObject({
      signal_type: "crm_event",
      payload: { event: "contact.property_changed", new_value: null },
    });
  });
  test("a part of a compound field is read by its path, and a difference is no value", () => {
    const lead = { entityName: "Lead", recordIds: ["00Q200000000001"] };
    expect(draft({ ...lead, changedFields: ["Name.FirstName"] }, { Name: { FirstName: "Ada" } })).toMatchObject({
      payload: { property: "Name.FirstName", new_value: "Ada" },
    });
    const long = draft(
      { changedFields: ["Description"], diffFields: ["Description"] },
      { Description: "--- a\n+++ b" },
    );
    expect(long).toHaveProperty("payload.new_value", undefined);
    expect(long).not.toHaveProperty("payload.facts.Description");
  });
});

describe("the life of a record", () => {
  test.for([
    ["CREATE", "Opportunity", "006", "deal.created"],
    ["DELETE", "Account", "001", "account.deleted"],
    ["UNDELETE", "Lead", "00Q", "contact.restored"],
    ["CREATE", "Task", "00T", "task.created"],
    ["UPDATE", "OpportunityLineItem", "00k", "opportunity_line_item.property_changed"],
    ["DELETE", "Employee__c", "a00", "custom_object.deleted"],
    ["GAP_UPDATE", "Opportunity", "006", "deal.changed_unseen"],
    ["GAP_CREATE", "Account", "001", "account.changed_unseen"],
  ] as const)("%s of %s (%s) is %s", ([changeType, entityName, prefix, event]) => {
    const change = draft({ changeType, entityName, recordIds: [`${prefix}200000000001`] });
    expect(change).toMatchObject({ signal_type: "crm_event", payload: { event, facts: { object: entityName } } });
  });
  test("a gap asks for the record to be fetched", () => {
    expect(draft({ changeType: "GAP_UPDATE" })).toMatchObject({ payload: { facts: { refetch: true } } });
    expect(draft()).not.toHaveProperty("payload.facts.refetch");
  });
  test("a task is about the deal and the person that it names", () => {
    const task = { entityName: "Task", changeType: "CREATE", recordIds: ["00T200000000001"] };
    expect(draft(task, { WhatId: DEAL, WhoId: "003200000000001", Subject: "Call" })).toMatchObject({
      subject: `salesforce:${DEAL}`,
      contact_id: "salesforce:003200000000001AAA",
      payload: { related: ["salesforce:00T200000000001EAA", "salesforce:003200000000001AAA"] },
    });
  });
  test.for([
    ["CREATE", "contact.added_to_deal"],
    ["UNDELETE", "contact.added_to_deal"],
    ["DELETE", "contact.removed_from_deal"],
    ["UPDATE", "contact.buying_role_changed"],
  ] as const)("%s of a contact role is the stakeholder change %s", ([changeType, event]) => {
    const header = { entityName: "OpportunityContactRole", recordIds: ["00K200000000001"], changeType };
    const fields = { OpportunityId: DEAL, ContactId: "003200000000001", Role: "Economic Buyer" };
    expect(draft({ ...header, changedFields: ["Role"] }, fields)).toMatchObject({
      signal_type: "stakeholder_change",
      subject: `salesforce:${DEAL}`,
      contact_id: "salesforce:003200000000001AAA",
      payload: { event },
    });
  });
});

describe("records and times", () => {
  test("one event of several records is one signal for each, the same for ids of 15 and of 18 characters", () => {
    const [one, two] = [read({ recordIds: [DEAL, "006200000000001"] }), read({ recordIds: ["0062000000ZZpew"] })];
    expect(one.map((reading) => reading.kind === "signal" && reading.draft.subject)).toEqual([
      `salesforce:${DEAL}`,
      "salesforce:006200000000001AAA",
    ]);
    expect(two).toMatchObject([{ draft: one[0]?.kind === "signal" ? { identity: one[0].draft.identity } : {} }]);
  });
  test("an event that names no record is ignored by its name", () => {
    const ids = ["001*", DEAL, "000000000000000AAA"];
    const all = read({ entityName: "Account", changeType: "GAP_DELETE", recordIds: ids });
    expect(all).toMatchObject([{ name: "Account.GAP_DELETE.001*" }, { kind: "signal" }, { kind: "ignored" }]);
    expect(read({ changeType: "GAP_OVERFLOW" })).toEqual([{ kind: "ignored", name: "Opportunity.GAP_OVERFLOW" }]);
    expect(read({ changeType: "SNAPSHOT" })).toEqual([{ kind: "ignored", name: "Opportunity.SNAPSHOT" }]);
  });
  test.for([
    ["2021-02-09T23:17:59.000+0000", "2021-02-09T23:17:59.000Z"],
    [1_612_912_679, "2021-02-09T23:17:59.000Z"],
    ["1612912679000000000", "2021-02-09T23:17:59.000Z"],
    [4_000_000_000_000, RECEIVED_AT],
    [undefined, RECEIVED_AT],
  ] as const)("committed at %s it fired at %s", ([commitTimestamp, firedAt]) => {
    expect(draft({ commitTimestamp })).toMatchObject({ fired_at: firedAt });
  });
  test.for([
    [{ recordIds: [] }, "recordIds"],
    [{ recordIds: [DEAL, 7] }, "recordIds/1"],
    [{ recordIds: ["0062000000zzpewAAD"] }, "recordIds/0"],
    [{ transactionKey: undefined }, "transactionKey"],
    [{ sequenceNumber: 1.5 }, "sequenceNumber"],
    [{ commitTimestamp: "yesterday" }, "commitTimestamp"],
    [{ entityName: "a b" }, "entityName"],
    [{ changeType: {} }, "changeType"],
  ] as const)("%o is told by its place", ([header, place]) => {
    expect(draft(header)).toMatchObject({ kind: "invalid", pointer: `/data/payload/ChangeEventHeader/${place}` });
  });
});
