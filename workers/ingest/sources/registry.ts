// Every source that is served: one line each. Rule: what is listed here answers at POST /hooks/{name}, or at its own path.
import { cloudevents } from "./cloudevents.ts";
import { gong } from "./gong.ts";
import { hubspot } from "./hubspot.ts";
import { posthog } from "./posthog.ts";
import { rudderstack } from "./rudderstack.ts";
import { salesforce } from "./salesforce.ts";
import { segment } from "./segment.ts";
import { slack } from "./slack.ts";
import type { Source } from "./source.ts";
import { standard } from "./standard.ts";
import { track } from "./track.ts";

export const SOURCES: readonly Source[] = [
  hubspot,
  standard,
  gong,
  cloudevents,
  segment,
  rudderstack,
  posthog,
  track,
  salesforce,
  slack,
];
