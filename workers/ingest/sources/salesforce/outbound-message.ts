// Outbound messages: SOAP, with 1 to 100 notifications, each the fields that the admin chose of one record. Rule: the
// organization and the notification's Id are the identity. A message that is sent again carries the newest field
// values, so nothing else of it can be.
// Source of the format: developer.salesforce.com, SOAP API Developer Guide, "Outbound Messaging".
import { instantOf } from "../instant.ts";
import type { Normalized, Reading } from "../source.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { whyForeign } from "./organizations.ts";
import { draftOf } from "./record-change.ts";
import { recordIdOf } from "./record-id.ts";
import { childrenOf, parseXml, type XmlElement } from "./xml.ts";

const OUTBOUND = "http://soap.sforce.com/2005/09/outbound";
const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
const XSI = "http://www.w3.org/2001/XMLSchema-instance";

const MAX_NOTIFICATIONS = 100;
const PLACE = "/Envelope/Body/notifications";

/** What Salesforce's server takes for "delivered"; it sends again after any other answer, 200 included. */
const ACK =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
  '<soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>' +
  "</notificationsResponse></soapenv:Body></soapenv:Envelope>";

/** Whether a body is XML: an outbound message, if anything. No JSON starts this way. */
export function isXml(body: string): boolean {
  return /^\s*</.test(body);
}

/** The acknowledgement of a whole message. */
export function acknowledge(): Response {
  return new Response(ACK, { status: 200, headers: { "content-type": "text/xml", "cache-control": "no-store" } });
}

/** `organizations` are the ids whose messages are taken. */
export function readOutboundMessage(body: string, organizations: ReadonlySet<string>, receivedAt: string): Normalized {
  const xml = parseXml(body.trim());
  if (!xml.ok) return refused("", xml.detail);
  const message = notificationsOf(xml.root);
  if (message === null) return refused("", "expected a SOAP envelope with the notifications of an outbound message");
  const organization = textAt(message, "OrganizationId") ?? "";
  const foreign = whyForeign(organization, organizations);
  if (foreign !== null) return refused(`${PLACE}/OrganizationId`, foreign);
  const notifications = childrenOf(message, OUTBOUND, "Notification");
  if (notifications.length === 0 || notifications.length > MAX_NOTIFICATIONS) {
    return refused(PLACE, `expected 1 to ${MAX_NOTIFICATIONS} notifications, there are ${notifications.length}`);
  }
  const origin = { organization: recordIdOf(organization), action: textAt(message, "ActionId") };
  return { ok: true, readings: notifications.map((one, index) => read(one, index, origin, receivedAt)) };
}

type Origin = { organization: string | null; action: string | null };

function read(notification: XmlElement, index: number, origin: Origin, receivedAt: string): Reading {
  const pointer = `${PLACE}/Notification/${index}`;
  const [record] = childrenOf(notification, OUTBOUND, "sObject");
  const fields: Fields = record === undefined ? new Map() : recordFields(record);
  const object = /(\w+)$/.exec(record?.attributes.get(`${XSI} type`) ?? "")?.[1] ?? "";
  const id = textAt(notification, "Id") ?? "";
  const raw = { OrganizationId: origin.organization, Id: id, sObject: { type: object, ...Object.fromEntries(fields) } };
  const invalid = (place: string, reason: string): Reading => ({
    kind: "invalid",
    pointer: pointer + place,
    reason,
    raw,
  });

  const notificationId = recordIdOf(id);
  if (notificationId === null) return invalid("/Id", "expected the notification's id, 15 or 18 characters");
  if (!/^[A-Za-z]\w{0,99}$/.test(object))
    return invalid("/sObject", 'expected the object as xsi:type, "sf:Opportunity"');
  const recordId = recordIdOf(String(fields.get("Id") ?? ""));
  if (recordId === null) return invalid("/sObject/Id", "expected a record id of 15 or 18 characters");
  const changedAt = ["LastModifiedDate", "SystemModstamp", "CreatedDate"]
    .map((name) => instantOf(fields.get(name)))
    .find((instant) => instant !== null);
  const draft = draftOf(
    {
      object,
      recordId,
      kind: isNew(fields) ? "created" : "updated",
      changed: [],
      fields,
      changedBy: null,
      facts: { organization_id: origin.organization, action_id: origin.action },
      occurredAt: changedAt,
      identity: ["outbound", origin.organization, notificationId],
    },
    receivedAt,
  );
  return { kind: "signal", draft, pointer, raw };
}

/** A record is new when it was never modified; a message without both times does not tell. */
function isNew(fields: Fields): boolean {
  const created = instantOf(fields.get("CreatedDate"));
  return created !== null && created === instantOf(fields.get("LastModifiedDate"));
}

/** The fields are in a namespace of the org's API, of which there are two; their names are their own. */
function recordFields(record: XmlElement): Fields {
  const entries = record.children
    .filter((child) => child.children.length === 0)
    .map((child): [string, string | null] => [child.name, isNil(child) ? null : child.text]);
  return fieldsOf(Object.fromEntries(entries));
}

function isNil(element: XmlElement): boolean {
  return element.text === "" || element.attributes.get(`${XSI} nil`) === "true";
}

function notificationsOf(root: XmlElement): XmlElement | null {
  const [body] = root.namespace === SOAP && root.name === "Envelope" ? childrenOf(root, SOAP, "Body") : [];
  const [notifications] = body === undefined ? [] : childrenOf(body, OUTBOUND, "notifications");
  return notifications ?? null;
}

function textAt(parent: XmlElement, name: string): string | null {
  const [child] = childrenOf(parent, OUTBOUND, name);
  return child === undefined ? null : child.text.trim();
}

function refused(pointer: string, detail: string): Normalized {
  return { ok: false, errors: [{ pointer, detail }] };
}
