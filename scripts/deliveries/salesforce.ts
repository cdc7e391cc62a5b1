// Salesforce, with a token: an outbound message (XML), a change event, or what a flow's HTTP callout sends. Rule: each
// is made new where it keeps its identity: the notification's id, the transaction's key, the eventId.
import * as z from "zod";
import type { Assignment } from "../assignments.ts";
import { bearer, bodyOf, json, type SampleSource } from "../delivery.ts";

const Flow = z.looseObject({ eventId: z.string() });
const Change = z.looseObject({
  data: z.looseObject({ payload: z.looseObject({ ChangeEventHeader: z.record(z.string(), z.unknown()) }) }),
});

/** `--set` changes a field of an outbound message's record by its name: `--set StageName=Negotiation`. */
export const salesforce: SampleSource = {
  secretName: "INGEST_TOKENS",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const url = `${baseUrl}/hooks/salesforce`;
    const token = bearer(secret, "salesforce");
    const now = new Date(nowMs).toISOString();
    if (typeof sample === "string") {
      const body = [{ path: ["LastModifiedDate"], value: now }, ...assignments].reduce(
        assignField,
        setElement(sample, "Id", `04l${newId().replaceAll("-", "").slice(0, 12)}`),
      );
      return { url, body, headers: { "content-type": "text/xml; charset=UTF-8", soapaction: '""', ...token } };
    }
    const event = Change.safeParse(sample).success
      ? changeOf(Change.parse(sample), newId(), nowMs)
      : { ...Flow.parse(sample), eventId: newId(), occurredAt: now };
    return { url, body: bodyOf(event, assignments), headers: json(token) };
  },
};

function changeOf({ data, ...rest }: z.infer<typeof Change>, transactionKey: string, commitTimestamp: number) {
  const header = { ...data.payload.ChangeEventHeader, transactionKey, commitTimestamp };
  return { ...rest, data: { ...data, payload: { ...data.payload, ChangeEventHeader: header } } };
}

/** Of the message itself only what surrounds the record, such as OrganizationId; otherwise a field of the record. */
function assignField(xml: string, { path, value }: Assignment): string {
  const name = path.join(".");
  return setElement(xml, name !== "Id" && xml.includes(`<${name}>`) ? name : `sf:${name}`, value);
}

/** The first element of that name with the text; a field that the record lacks is added. */
function setElement(xml: string, name: string, text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const [before, open, end] = [xml.indexOf(`<${name}>`), `<${name}>`, `</${name}>`];
  if (before < 0) return xml.replace("</sObject>", () => `${open}${escaped}${end}</sObject>`);
  return xml.slice(0, before) + open + escaped + xml.slice(xml.indexOf(end, before));
}
