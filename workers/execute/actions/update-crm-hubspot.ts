// update_crm in HubSpot: one property of a deal, contact or company. Setting a value twice is once.
import { createHubspot } from "#connectors/hubspot.ts";
import { mapped } from "#connectors/typed-answer.ts";
import { setting } from "#runtime/setting.ts";
import { fieldChange } from "./field-change.ts";

const SECRET = "HUBSPOT_ACCESS_TOKEN";
const OBJECTS = ["deals", "contacts", "companies"] as const;

export const updateCrmHubspot = fieldChange("hubspot", "HubSpot", SECRET, (params, attempt, ports) => {
  const token = setting(SECRET, ports.settings[SECRET]);
  if (!token.ok) return { ok: false, outcome: { kind: "credentials", reason: token.reason } };
  const id = /^hubspot:(\d{1,20})$/.exec(params.record)?.[1];
  if (id === undefined) return rejected(`${params.record} is not a HubSpot record; expected hubspot:<id>`);
  const object = OBJECTS.find((name) => name === params.object);
  if (object === undefined)
    return rejected(`"${params.object}" can't be updated; expected one of ${OBJECTS.join(", ")}`);

  const { HUBSPOT_API_URL: apiUrl, HUBSPOT_API_VERSION: apiVersion } = ports.settings;
  const hubspot = createHubspot({ apiUrl, apiVersion, accessToken: token.value }, ports);
  const { property } = params;
  const { correlationId } = attempt;
  return {
    ok: true,
    field: {
      name: `${object}/${id}`,
      url: () => null,
      async read() {
        const record = await hubspot.getRecord(object, id, { properties: [property] }, correlationId);
        return mapped(record, ({ properties }) => properties[property] ?? null);
      },
      async write(value) {
        const record = await hubspot.updateRecord(object, id, { [property]: value ?? "" }, correlationId);
        return mapped(record, ({ properties }) => properties[property] ?? value);
      },
    },
  };
});

function rejected(reason: string) {
  return { ok: false, outcome: { kind: "rejected", reason } } as const;
}
