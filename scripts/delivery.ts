// What a source of samples is: how a sample becomes a request as the source itself would send it. Rule: a delivery is a
// new event each time, so that sending a sample again is another signal and no redelivery.
import { type Assignment, assign } from "./assignments.ts";

export type Delivery = { url: string; headers: Record<string, string>; body: string };

export type DeliveryInput = {
  /** The file's JSON, or its text where it is XML. */
  sample: unknown;
  assignments: readonly Assignment[];
  /** Without the path; what the receiver has as PUBLIC_URL. */
  baseUrl: string;
  secret: string;
  nowMs: number;
  /** A UUID. */
  newId(): string;
};

export type SampleSource = {
  /** The variable in sandbox/local.env that holds the secret. */
  secretName: string;
  deliver(input: DeliveryInput): Delivery;
};

/** The JSON of an event: the sample with what makes it new, then with what was asked for. */
export function bodyOf(event: unknown, assignments: readonly Assignment[]): string {
  return JSON.stringify(assignments.reduce(assign, event));
}

export function json(headers: Record<string, string>): Record<string, string> {
  return { "content-type": "application/json", ...headers };
}

/** `tokens` as in INGEST_TOKENS; the first that is for every source or for this one. */
export function bearer(tokens: string, source: string): Record<string, string> {
  const [token = ""] = tokens.split(/[\s,]+/).flatMap((entry) => {
    const [, owner, own] = /^(?:([a-z][a-z0-9_-]*):)?(.+)$/.exec(entry) ?? [];
    return own !== undefined && (owner === undefined || owner === source) ? [own] : [];
  });
  return { authorization: `Bearer ${token}` };
}
