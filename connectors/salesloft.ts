// Salesloft's API for cadences: people and users by address, and who is on which cadence. Rule: a person is on a cadence
// once; Salesloft refuses a second membership with 422.
// https://developers.salesloft.com/docs/api/cadence-memberships
import * as z from "zod";
import { type Call, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import { type AccessToken, withToken } from "./access-token.ts";
import { mapped, typedAnswer } from "./typed-answer.ts";

/** `login` is an API key, which does not expire, or the tokens of an app. */
export type SalesloftSettings = { apiUrl: string; login: { apiKey: string } | { accessToken: AccessToken } };

/** `addedAtMs` in epoch milliseconds by Salesloft's clock. */
type Membership = { id: string; addedAtMs: number };

export type Salesloft = {
  personByEmail(email: string, correlationId: string): Promise<CallResult<string | null>>;
  /** The addresses of a person; 404 when there is no such person. */
  personEmails(personId: string, correlationId: string): Promise<CallResult<readonly string[]>>;
  userByEmail(email: string, correlationId: string): Promise<CallResult<string | null>>;
  /** The membership of a person who is on the cadence now, or null. */
  membershipOf(personId: string, cadenceId: string, correlationId: string): Promise<CallResult<Membership | null>>;
  addToCadence(
    membership: { personId: string; cadenceId: string; userId: string },
    correlationId: string,
  ): Promise<CallResult<Membership>>;
  /** Takes the person off; 404 when they are off already. */
  removeMembership(id: string, correlationId: string): Promise<CallResult<null>>;
};

const READ_TIMEOUT_MS = 5_000;

const Id = z.union([z.int(), z.string().min(1)]).transform(String);
const Resources = z.object({ data: z.array(z.object({ id: Id })) });
const Person = z.object({
  data: z.object({ email_address: z.string().nullish(), secondary_email_address: z.string().nullish() }),
});
const Added = z.object({ id: Id, added_at: z.iso.datetime({ offset: true }), currently_on_cadence: z.boolean() });

export function createSalesloft({ apiUrl, login }: SalesloftSettings, ports: HttpPorts): Salesloft {
  const ask = ({ path, ...call }: Pick<Call, "method" | "body" | "correlationId" | "timeoutMs"> & { path: string }) => {
    const send = (headers: { authorization: string }) =>
      callJson({ ...call, url: `${apiUrl}/v2/${path}`, headers }, ports);
    return "apiKey" in login ? send({ authorization: `Bearer ${login.apiKey}` }) : withToken(login.accessToken, send);
  };
  const list = async <Schema extends z.ZodType>(
    type: string,
    filters: Record<string, string>,
    schema: Schema,
    correlationId: string,
  ) => {
    const path = `${type}?${new URLSearchParams(filters)}`;
    const result = await ask({ method: "GET", path, correlationId, timeoutMs: READ_TIMEOUT_MS });
    return typedAnswer(result, schema, `Salesloft ${type}`);
  };
  const first = (result: CallResult<z.infer<typeof Resources>>) => mapped(result, ({ data }) => data[0]?.id ?? null);

  return {
    async personByEmail(email, correlationId) {
      return first(await list("people", { "email_addresses[]": email }, Resources, correlationId));
    },

    async personEmails(personId, correlationId) {
      const path = `people/${encodeURIComponent(personId)}`;
      const result = await ask({ method: "GET", path, correlationId, timeoutMs: READ_TIMEOUT_MS });
      return mapped(typedAnswer(result, Person, "Salesloft people"), ({ data }) =>
        [data.email_address, data.secondary_email_address].filter((email) => typeof email === "string"),
      );
    },

    async userByEmail(email, correlationId) {
      return first(await list("users", { "emails[]": email }, Resources, correlationId));
    },

    async membershipOf(personId, cadenceId, correlationId) {
      const filters = { person_id: personId, cadence_id: cadenceId };
      const result = await list("cadence_memberships", filters, z.object({ data: z.array(Added) }), correlationId);
      return mapped(result, ({ data }) => {
        const current = data.find(({ currently_on_cadence }) => currently_on_cadence);
        return current === undefined ? null : membership(current);
      });
    },

    async addToCadence({ personId, cadenceId, userId }, correlationId) {
      const body = { person_id: personId, cadence_id: cadenceId, user_id: userId };
      const result = await ask({ method: "POST", path: "cadence_memberships", body, correlationId });
      return mapped(typedAnswer(result, z.object({ data: Added }), "Salesloft cadence_memberships"), ({ data }) =>
        membership(data),
      );
    },

    async removeMembership(id, correlationId) {
      const path = `cadence_memberships/${encodeURIComponent(id)}`;
      return mapped(await ask({ method: "DELETE", path, correlationId }), () => null);
    },
  };
}

function membership({ id, added_at }: z.infer<typeof Added>): Membership {
  return { id, addedAtMs: Date.parse(added_at) };
}
