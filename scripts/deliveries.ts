// Every source of which there are samples: one line each. Rule: each is sent as the source itself sends, signature and
// all, so that what works here works with the real one.
import { bombora } from "./deliveries/bombora.ts";
import { cloudevents } from "./deliveries/cloudevents.ts";
import { email } from "./deliveries/email.ts";
import { gong } from "./deliveries/gong.ts";
import { hubspot } from "./deliveries/hubspot.ts";
import { posthog } from "./deliveries/posthog.ts";
import { rudderstack } from "./deliveries/rudderstack.ts";
import { salesforce } from "./deliveries/salesforce.ts";
import { segment } from "./deliveries/segment.ts";
import { slack } from "./deliveries/slack.ts";
import { standard } from "./deliveries/standard.ts";
import { track } from "./deliveries/track.ts";
import type { SampleSource } from "./delivery.ts";

export const SAMPLE_SOURCES = {
  hubspot,
  salesforce,
  gong,
  slack,
  segment,
  rudderstack,
  posthog,
  bombora,
  email,
  track,
  standard,
  cloudevents,
} as const satisfies Record<string, SampleSource>;

export type SampleSourceName = keyof typeof SAMPLE_SOURCES;

/** The secret is read from the given variables; a missing one is a mistake in the env file. */
export function secretOf(source: SampleSourceName, env: Readonly<Record<string, string | undefined>>): string {
  const { secretName } = SAMPLE_SOURCES[source];
  const secret = env[secretName];
  if (secret === undefined) throw new Error(`sandbox/local.env has no ${secretName}`);
  return secret;
}
