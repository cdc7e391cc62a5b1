// What each source sends: a sample made current, changed as asked, and signed as the source signs. Rule: a delivery is
// a new event each time, so that sending a sample again is another signal and no redelivery.
import * as z from "zod";
import { type Assignment, assign } from "./assignments.ts";
import { signHubspot } from "./sign-hubspot.ts";
import { signStandard } from "./sign-standard.ts";

export type Delivery = { url: string; headers: Record<string, string>; body: string };

export type DeliveryInput = {
  sample: unknown;
  assignments: readonly Assignment[];
  /** Without the path; what the receiver has as PUBLIC_URL. */
  baseUrl: string;
  secret: string;
  nowMs: number;
  /** A UUID. */
  newId(): string;
};

type SampleSource = {
  /** The variable in sandbox/local.env that holds the secret. */
  secretName: string;
  deliver(input: DeliveryInput): Delivery;
};

const HubspotSample = z.array(z.record(z.string(), z.unknown()));
const StandardSample = z.record(z.string(), z.unknown());

export const SAMPLE_SOURCES = {
  /** A batch of events; `--set` changes each of them. */
  hubspot: {
    secretName: "HUBSPOT_CLIENT_SECRET",
    deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
      const url = `${baseUrl}/hooks/hubspot`;
      const events = HubspotSample.parse(sample).map((event) =>
        assignments.reduce(assign, { ...event, eventId: eventIdOf(newId()), occurredAt: nowMs }),
      );
      const body = JSON.stringify(events);
      return { url, body, headers: json(signHubspot({ secret, method: "POST", url, body, timestamp: nowMs })) };
    },
  },
  /** One message. */
  standard: {
    secretName: "STANDARD_WEBHOOKS_SECRETS",
    deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
      const message = { ...StandardSample.parse(sample), timestamp: new Date(nowMs).toISOString() };
      const body = JSON.stringify(assignments.reduce(assign, message));
      const id = `msg_${newId().replaceAll("-", "")}`;
      const [current = ""] = secret.split(" ");
      const headers = signStandard({ secret: current, id, body, timestamp: Math.floor(nowMs / 1_000) });
      return { url: `${baseUrl}/hooks/standard`, body, headers: json(headers) };
    },
  },
} as const satisfies Record<string, SampleSource>;

export type SampleSourceName = keyof typeof SAMPLE_SOURCES;

/** The secret is read from the given variables; a missing one is a mistake in the env file. */
export function secretOf(source: SampleSourceName, env: Readonly<Record<string, string | undefined>>): string {
  const { secretName } = SAMPLE_SOURCES[source];
  const secret = env[secretName];
  if (secret === undefined) throw new Error(`sandbox/local.env has no ${secretName}`);
  return secret;
}

/** HubSpot's event ids are random numbers of 31 bits. */
function eventIdOf(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8), 16) >>> 1;
}

function json(headers: Record<string, string>): Record<string, string> {
  return { "content-type": "application/json", ...headers };
}
