// Salesforce's REST API as a typed client: any request to an object, and SOQL queries, several in one call. Rules: no
// policy; a refused session is renewed once; Salesforce's error codes, and not its HTTP statuses alone, say what failed.
import * as z from "zod";
import { describeIssues } from "#contract/messages.ts";
import { type Call, type CallFailure, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import type { Sessions } from "./salesforce-login.ts";

export type SalesforceSettings = {
  /** `66.0`. */
  apiVersion: string;
  sessions: Sessions;
  /** How long one call may take. */
  timeoutMs: number;
};

/** Field values by API name; a related record's (`Owner.Name`) are in an object of their own. */
export const SalesforceRow = z.record(z.string(), z.unknown());
export type SalesforceRow = z.infer<typeof SalesforceRow>;

type Rows = CallResult<SalesforceRow[]>;

export type Salesforce = {
  /** `path` is below `/services/data/v66.0`, for example `/sobjects/Task`. */
  request(call: Pick<Call, "method" | "body"> & { path: string }, correlationId: string): Promise<CallResult<unknown>>;
  query(soql: string, correlationId: string): Promise<Rows>;
  /** Finds what was deleted or merged away, too. */
  queryAll(soql: string, correlationId: string): Promise<Rows>;
  /** Up to five queries in one call; what is answered gives the rows of each, and each fails on its own. */
  queryTogether<Name extends string>(
    queries: Readonly<Record<Name, string>>,
    correlationId: string,
  ): Promise<(name: Name) => Rows>;
  /** The page of a record for people, once a session is there. */
  pageOf(object: string, id: string): string | null;
};

/** The daily limit is counted over a rolling day: minutes don't help, but an attempt must not be burnt in seconds. */
const LIMIT_RETRY_SECONDS = 300;

const QueryAnswer = z.object({ records: z.array(SalesforceRow) });
const CompositeAnswer = z.object({
  compositeResponse: z.array(z.object({ referenceId: z.string(), httpStatusCode: z.int(), body: z.unknown() })),
});

/** Codes that pass by themselves (REST API Developer Guide, "Status Codes and Error Responses"). */
const TRANSIENT: ReadonlySet<string> = new Set(["UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT"]);
const GONE: ReadonlySet<string> = new Set(["NOT_FOUND", "ENTITY_IS_DELETED"]);

export function createSalesforce(
  { apiVersion, sessions, timeoutMs }: SalesforceSettings,
  ports: HttpPorts,
): Salesforce {
  const version = `/services/data/v${apiVersion}`;
  let instanceUrl: string | null = null;

  const request: Salesforce["request"] = async ({ path, ...call }, correlationId) => {
    const send = async (refused?: string) => {
      const session = await sessions(refused);
      if (!session.ok) return { result: session, token: null };
      instanceUrl = session.value.instanceUrl;
      const token = session.value.accessToken;
      const headers = { authorization: `Bearer ${token}` };
      const url = `${instanceUrl}${version}${path}`;
      const result = await callJson({ ...call, url, headers, correlationId, timeoutMs }, ports);
      return { result: result.ok ? result : { ...result, failure: named(result.failure) }, token };
    };
    const first = await send();
    if (first.token === null || first.result.ok || !isExpired(first.result.failure)) return first.result;
    return (await send(first.token)).result;
  };

  const rows = async (resource: "query" | "queryAll", soql: string, correlationId: string) =>
    rowsOf(await request({ method: "GET", path: `/${resource}?${new URLSearchParams({ q: soql })}` }, correlationId));

  return {
    request,
    query: (soql, correlationId) => rows("query", soql, correlationId),
    queryAll: (soql, correlationId) => rows("queryAll", soql, correlationId),
    queryTogether: async (queries, correlationId) => {
      const compositeRequest = Object.entries<string>(queries).map(([referenceId, soql]) => ({
        method: "GET",
        url: `${version}/query?${new URLSearchParams({ q: soql })}`,
        referenceId,
      }));
      const body = { allOrNone: false, compositeRequest };
      const answer = parsed(
        await request({ method: "POST", path: "/composite", body }, correlationId),
        CompositeAnswer,
      );
      return (name) => {
        if (!answer.ok) return answer;
        const part = answer.value.compositeResponse.find(({ referenceId }) => referenceId === name);
        if (part === undefined) return malformed(`the composite answer lacks ${name}`);
        const { httpStatusCode: status, body: value } = part;
        if (status < 300) return rowsOf({ ...answer, value, status });
        return { ok: false, failure: failureOf(status, `${name}: ${status} ${JSON.stringify(value).slice(0, 400)}`) };
      };
    },
    pageOf: (object, id) =>
      instanceUrl?.startsWith("https://") ? `${instanceUrl}/lightning/r/${object}/${id}/view` : null,
  };
}

/** A text as a SOQL literal, in its quotes. */
export function soqlText(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&").replace(/[\r\n]/g, " ")}'`;
}

function rowsOf(answer: CallResult<unknown>): Rows {
  const read = parsed(answer, QueryAnswer);
  return read.ok ? { ...read, value: read.value.records } : read;
}

function parsed<Schema extends z.ZodType>(answer: CallResult<unknown>, schema: Schema): CallResult<z.infer<Schema>> {
  if (!answer.ok) return answer;
  const result = schema.safeParse(answer.value);
  return result.success ? { ...answer, value: result.data } : malformed(describeIssues(result.error));
}

function malformed(reason: string): { ok: false; failure: CallFailure } {
  return { ok: false, failure: { kind: "malformed", reason } };
}

/** 401 means that the session ended, or that the app lost its right to one; a new login tells which. */
function isExpired(failure: CallFailure): boolean {
  return failure.kind === "credentials" && failure.status === 401;
}

/** The failure as Salesforce's own code names it; the code is quoted in the reason, which starts with the status. */
function named(failure: CallFailure): CallFailure {
  if (failure.kind !== "credentials" && failure.kind !== "rejected") return failure;
  return failureOf(failure.status, failure.reason, failure);
}

function failureOf(status: number, reason: string, otherwise?: CallFailure): CallFailure {
  const code = codeIn(reason);
  const unavailable = (retryAfterSeconds: number | null): CallFailure => {
    return { kind: "unavailable", status, retryAfterSeconds, reason, effectUnknown: false };
  };
  if (code === "REQUEST_LIMIT_EXCEEDED") return unavailable(LIMIT_RETRY_SECONDS);
  if (code !== null && TRANSIENT.has(code)) return unavailable(null);
  if (code !== null && GONE.has(code)) return { kind: "not_found", reason };
  if (otherwise !== undefined) return otherwise;
  if (status === 401 || status === 403) return { kind: "credentials", status, reason };
  if (status === 404) return { kind: "not_found", reason };
  return status >= 500 || status === 429 ? unavailable(null) : { kind: "rejected", status, reason };
}

/** The first code of `… [{"message":"…","errorCode":"NOT_FOUND"}]`, which may be cut. */
function codeIn(reason: string): string | null {
  return /"errorCode"\s*:\s*"([A-Z_]+)"/.exec(reason)?.[1] ?? null;
}
