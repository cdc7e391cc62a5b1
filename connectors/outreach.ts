// Outreach's API for sequences: prospects by address, mailboxes by address, and who is in which sequence. Rule: a
// prospect is in a sequence once; Outreach refuses a second state for the pair with 422.
// https://developers.outreach.io/api/reference/
import * as z from "zod";
import { type Call, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import { type AccessToken, withToken } from "./access-token.ts";
import { mapped, typedAnswer } from "./typed-answer.ts";

export type OutreachSettings = { apiUrl: string; accessToken: AccessToken };

/** `createdAtMs` in epoch milliseconds by Outreach's clock. */
type SequenceState = { id: string; createdAtMs: number };

export type Outreach = {
  prospectByEmail(email: string, correlationId: string): Promise<CallResult<string | null>>;
  /** Every address of a prospect; 404 when there is no such prospect. */
  prospectEmails(prospectId: string, correlationId: string): Promise<CallResult<readonly string[]>>;
  mailboxByEmail(email: string, correlationId: string): Promise<CallResult<string | null>>;
  /** The state of a prospect that is in the sequence and not through with it, or null. */
  stateOf(prospectId: string, sequenceId: string, correlationId: string): Promise<CallResult<SequenceState | null>>;
  addToSequence(
    enrolment: { prospectId: string; sequenceId: string; mailboxId: string },
    correlationId: string,
  ): Promise<CallResult<SequenceState>>;
  /** Ends it; a state that is finished already is refused with 422. */
  finish(stateId: string, correlationId: string): Promise<CallResult<null>>;
};

const JSON_API = "application/vnd.api+json";
const READ_TIMEOUT_MS = 5_000;

const Id = z.union([z.int(), z.string().min(1)]).transform(String);
const Resource = z.object({ id: Id });
const State = z.object({ id: Id, attributes: z.object({ state: z.string(), createdAt: z.iso.datetime() }) });
const Prospect = z.object({ data: z.object({ attributes: z.object({ emails: z.array(z.string()).default([]) }) }) });
const Resources = z.object({ data: z.array(Resource) });

export function createOutreach({ apiUrl, accessToken }: OutreachSettings, ports: HttpPorts): Outreach {
  const ask = (call: Pick<Call, "method" | "body" | "correlationId"> & { path: string }) =>
    withToken(accessToken, ({ authorization }) => {
      const { path, ...rest } = call;
      const headers = { authorization, accept: JSON_API, "content-type": JSON_API };
      const timeout = call.method === "GET" ? { timeoutMs: READ_TIMEOUT_MS } : {};
      return callJson({ ...rest, ...timeout, url: `${apiUrl}/api/v2/${path}`, headers }, ports);
    });
  const list = async <Schema extends z.ZodType>(
    type: string,
    filters: Record<string, string>,
    schema: Schema,
    id: string,
  ) => {
    const query = new URLSearchParams(Object.entries(filters).map(([name, value]) => [`filter${name}`, value]));
    const result = await ask({ method: "GET", path: `${type}?${query}`, correlationId: id });
    return typedAnswer(result, schema, `Outreach ${type}`);
  };
  const first = (result: CallResult<z.infer<typeof Resources>>) => mapped(result, ({ data }) => data[0]?.id ?? null);
  const related = (type: string, id: string) => ({ data: { type, id: numeric(id) } });

  return {
    async prospectByEmail(email, correlationId) {
      return first(await list("prospects", { "[emails]": email }, Resources, correlationId));
    },

    async prospectEmails(prospectId, correlationId) {
      const path = `prospects/${encodeURIComponent(prospectId)}`;
      const result = typedAnswer(await ask({ method: "GET", path, correlationId }), Prospect, "Outreach prospects");
      return mapped(result, ({ data }) => data.attributes.emails);
    },

    async mailboxByEmail(email, correlationId) {
      return first(await list("mailboxes", { "[email]": email }, Resources, correlationId));
    },

    async stateOf(prospectId, sequenceId, correlationId) {
      const filters = { "[prospect][id]": prospectId, "[sequence][id]": sequenceId };
      const result = await list("sequenceStates", filters, z.object({ data: z.array(State) }), correlationId);
      return mapped(result, ({ data }) => {
        const open = data.find(({ attributes }) => attributes.state !== "finished");
        return open === undefined ? null : state(open);
      });
    },

    async addToSequence({ prospectId, sequenceId, mailboxId }, correlationId) {
      const relationships = {
        prospect: related("prospect", prospectId),
        sequence: related("sequence", sequenceId),
        mailbox: related("mailbox", mailboxId),
      };
      const body = { data: { type: "sequenceState", relationships } };
      const result = await ask({ method: "POST", path: "sequenceStates", body, correlationId });
      return mapped(typedAnswer(result, z.object({ data: State }), "Outreach sequenceStates"), ({ data }) =>
        state(data),
      );
    },

    async finish(stateId, correlationId) {
      const path = `sequenceStates/${encodeURIComponent(stateId)}/actions/finish`;
      return mapped(await ask({ method: "POST", path, correlationId }), () => null);
    },
  };
}

function state({ id, attributes }: z.infer<typeof State>): SequenceState {
  return { id, createdAtMs: Date.parse(attributes.createdAt) };
}

/** Outreach's ids are numbers in JSON; one that is none goes as it came and is refused there. */
function numeric(id: string): number | string {
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}
