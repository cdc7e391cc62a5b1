// update_crm in Salesforce: one field of a record, by its API names. Setting a value twice is once.
import * as z from "zod";
import { salesforceId } from "#connectors/salesforce-id.ts";
import { fieldChange } from "./field-change.ts";
import { salesforceOf } from "./salesforce-client.ts";

const API_NAME = /^[A-Za-z][A-Za-z0-9_]{0,79}$/;
const Fields = z.record(z.string(), z.unknown());

export const updateCrmSalesforce = fieldChange(
  "salesforce",
  "Salesforce",
  "SALESFORCE_PRIVATE_KEY",
  (params, attempt, ports) => {
    const connected = salesforceOf(ports);
    if (!connected.ok) return connected;
    const { object, property, record } = params;
    const id = record.startsWith("salesforce:") ? salesforceId(record.slice("salesforce:".length)) : null;
    if (id === null) return rejected(`${record} is not a Salesforce record; expected salesforce:<id>`);
    if (!API_NAME.test(object) || !API_NAME.test(property)) {
      return rejected(`"${object}.${property}" is not an object and a field by their API names`);
    }
    const path = `/sobjects/${object}/${id}`;
    const { request, pageOf } = connected.salesforce;
    return {
      ok: true,
      field: {
        name: `${object}/${id}`,
        url: () => pageOf(object, id),
        async read() {
          const answer = await request({ method: "GET", path: `${path}?fields=${property}` }, attempt.correlationId);
          if (!answer.ok) return answer;
          const fields = Fields.safeParse(answer.value);
          const value = fields.success ? fields.data[property] : undefined;
          return { ...answer, value: textOf(value) };
        },
        async write(value) {
          const answer = await request({ method: "PATCH", path, body: { [property]: value } }, attempt.correlationId);
          return answer.ok ? { ...answer, value } : answer;
        },
      },
    };
  },
);

/** Salesforce answers numbers and booleans as such. */
function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function rejected(reason: string) {
  return { ok: false, outcome: { kind: "rejected", reason } } as const;
}
