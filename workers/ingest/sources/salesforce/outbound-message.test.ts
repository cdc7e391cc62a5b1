import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { signalOf } from "#runtime/signal.ts";
import type { Normalized, Reading } from "../source.ts";
import { acknowledge, readOutboundMessage } from "./outbound-message.ts";

const FILE = `${import.meta.dirname}/../../../../tests/payloads/salesforce/outbound-message.opportunity.json`;
const sample = JSON.parse(readFileSync(FILE, "utf8"));
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const ORGANIZATION = "00Dd0000000dtDqEAI";
const ID = "04l2000000KFmjJAAT";

const read = (body: string, ids: readonly string[] = [ORGANIZATION]): Normalized =>
  readOutboundMessage(body, new Set(ids), RECEIVED_AT);
function readings(body: string): readonly Reading[] {
  const normalized = read(body);
  return normalized.ok ? normalized.readings : [];
}
function draftOf(body: string) {
  const [reading] = readings(body);
  return reading?.kind === "signal" ? reading.draft : reading;
}
async function idOf(body: string): Promise<string> {
  const [reading] = readings(body);
  const result = reading?.kind === "signal" ? await signalOf(reading.draft, "salesforce", RECEIVED_AT) : null;
  return result?.ok ? result.signal.signal_id : "";
}
/** A message of notifications, each the inside of its sObject. */
function message(...records: readonly string[]): string {
  const [before, rest] = sample.raw.split("<Notification>");
  const [, after] = rest.split("</Notification>");
  const ids = records.map((_, index) => `04l200000${String(index).padStart(6, "0")}`);
  const notifications = records.map((record, index) => {
    const type = 'xsi:type="sf:Contact" xmlns:sf="urn:sobject.partner.soap.sforce.com"';
    return `<Notification><Id>${ids[index]}</Id><sObject ${type}>${record}</sObject></Notification>`;
  });
  return before + notifications.join("") + after;
}
const CONTACT = "<sf:Id>003200000000001</sf:Id>";

describe("a captured message", () => {
  test("is a signal about its opportunity, with the chosen fields as they were sent", () => {
    expect(draftOf(sample.raw)).toEqual({
      signal_type: "crm_event",
      subject: "salesforce:0062000000ZZpewAAD",
      deal_id: "salesforce:0062000000ZZpewAAD",
      contact_id: null,
      account_id: "salesforce:0012000001AOHpxAAH",
      payload: {
        event: "deal.updated",
        related: ["salesforce:0012000001AOHpxAAH"],
        facts: {
          object: "Opportunity",
          organization_id: ORGANIZATION,
          action_id: "04kd0000000PCgvAAG",
          Id: "0062000000ZZpewAAD",
          AccountId: "0012000001AOHpxAAH",
          Amount: "12.0",
          CloseDate: "2011-08-04",
          Description: "description",
          LastModifiedDate: "2014-08-20T11:16:04.000Z",
          Name: "sample",
          Probability: "50.0",
          StageName: "Value Proposition",
          Type: "Existing Customer - Replacement",
        },
      },
      fired_at: "2014-08-20T11:16:04.000Z",
      identity: ["outbound", ORGANIZATION, ID],
    });
  });
  test("is the same signal when it is sent again with newer values, and another for another notification", async () => {
    const again = sample.raw.replace("Value Proposition", "Closed Won").replace("2014-08-20T11", "2014-08-21T11");
    expect(await idOf(again)).toBe(await idOf(sample.raw));
    expect(await idOf(sample.raw.replace(ID, "04l2000000KFmjK"))).not.toBe(await idOf(sample.raw));
  });
  test("is the same with any prefixes, and with ids of 15 characters", () => {
    const prefixed = sample.raw
      .replaceAll("soapenv", "S")
      .replaceAll("sf:", "ns1:")
      .replaceAll("xmlns:sf", "xmlns:ns1")
      .replaceAll("xsi:", "i:")
      .replace("xmlns:xsi", "xmlns:i");
    expect(draftOf(prefixed)).toEqual(draftOf(sample.raw));
    const short = sample.raw.replace(`<Id>${ID}`, `<Id>${ID.slice(0, 15)}`).replace("ZZpewAAD<", "ZZpew<");
    expect(draftOf(short)).toMatchObject({
      subject: "salesforce:0062000000ZZpewAAD",
      identity: ["outbound", ORGANIZATION, ID],
    });
  });
  test("the acknowledgement is the documented one", async () => {
    const response = acknowledge();
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/xml"]);
    expect(await response.text()).toBe(sample.expectedReply);
  });
});

describe("notifications", () => {
  test("an empty value is dropped, a CDATA section is text, and a nil is none", () => {
    const fields =
      '<sf:Title xsi:nil="true"/><sf:Phone></sf:Phone><sf:Name><![CDATA[A & <B>]]></sf:Name><sf:Code>007</sf:Code>';
    const draft = draftOf(message(`${CONTACT}${fields}`));
    expect(draft).toMatchObject({ payload: { facts: { Name: "A & <B>", Code: "007" } } });
    expect(draft).not.toHaveProperty("payload.facts.Title");
    expect(draft).not.toHaveProperty("payload.facts.Phone");
  });
  test("a record that was never modified is new", () => {
    const time = "2026-11-20T08:00:00.000Z";
    const times = `<sf:CreatedDate>${time}</sf:CreatedDate><sf:LastModifiedDate>${time}</sf:LastModifiedDate>`;
    expect(draftOf(message(CONTACT + times))).toMatchObject({ payload: { event: "contact.created" }, fired_at: time });
  });
  test("a time to come is the sender's clock", () => {
    const time = "<sf:LastModifiedDate>2027-01-01T00:00:00.000Z</sf:LastModifiedDate>";
    expect(draftOf(message(CONTACT + time))).toMatchObject({ fired_at: RECEIVED_AT });
  });
  test("of a hundred notifications three broken ones are told, and the others go on", () => {
    const records = Array.from({ length: 100 }, (_, index) => (index % 40 === 7 ? "<sf:Id>003</sf:Id>" : CONTACT));
    const all = readings(message(...records));
    expect(all.filter(({ kind }) => kind === "signal")).toHaveLength(97);
    expect(all[47]).toMatchObject({
      kind: "invalid",
      pointer: "/Envelope/Body/notifications/Notification/47/sObject/Id",
      raw: { sObject: { type: "Contact", Id: "003" } },
    });
  });
  test.for([
    ["<Id>04l200000000000</Id>", "<Id>7</Id>", "/Id"],
    ['xsi:type="sf:Contact"', "", "/sObject"],
  ] as const)("%s missing is told by its place", ([part, instead, place]) => {
    const [reading] = readings(message(CONTACT).replace(part, instead));
    expect(reading).toMatchObject({ kind: "invalid", pointer: `/Envelope/Body/notifications/Notification/0${place}` });
  });
});

describe("a message that is not taken at all", () => {
  test.for([
    [
      "a hundred and one notifications",
      message(...Array.from({ length: 101 }, () => CONTACT)),
      /1 to 100 notifications, there are 101/,
    ],
    ["no notification", message(), /there are 0/],
    ["half of it", sample.raw.slice(0, 900), /not well-formed/],
    [
      "another organization",
      sample.raw.replace("00Dd0000000dtDqEAI", "00Dd0000000dtDr"),
      /00Dd0000000dtDrEAI is not one of/,
    ],
    ["an odd organization", sample.raw.replace("00Dd0000000dtDqEAI", "00D"), /expected an organization id/],
    ["no organization", sample.raw.replace(/<OrganizationId>.*<\/OrganizationId>/, ""), /expected an organization id/],
    ["an entity bomb", sample.raw.replace("?>", '?><!DOCTYPE a [<!ENTITY x "x">]>'), /document type/],
    ["another namespace", sample.raw.replace("2005/09/outbound", "2005/09/inbound"), /SOAP envelope/],
    ["a page", "<html><body>Sign in</body></html>", /SOAP envelope/],
  ] as const)("%s", ([, body, detail]) => {
    expect(read(body)).toEqual({
      ok: false,
      errors: [expect.objectContaining({ detail: expect.stringMatching(detail) })],
    });
  });
});
