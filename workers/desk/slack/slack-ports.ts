// What the Slack side of the desk needs, from its settings. Rule: without a token there are no cards, and that is no
// error; a click still needs the signing secret.
import { createSlack } from "#connectors/slack.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { HttpPorts } from "#runtime/http.ts";
import type { Log } from "#runtime/log.ts";
import type { PeopleReader } from "#web/auth/people.ts";
import type { Sql } from "#web/row-reader.ts";
import type { DealClient } from "../deal-client.ts";
import { linkPath } from "../links.ts";
import { createCardStore } from "./card-store.ts";
import type { CardPorts } from "./cards.ts";
import type { InteractionPorts } from "./interactions.ts";

export type SlackSettings = {
  PUBLIC_URL: string;
  SLACK_API_URL: string;
  SLACK_BOT_TOKEN: string;
  SLACK_SIGNING_SECRET: string;
  SESSION_SECRET: string;
};

const DAY_SECONDS = 86_400;

type Shared = HttpPorts & { sql: Sql; people: PeopleReader; deal: DealClient; log: Log };

export function slackCards(settings: SlackSettings, ports: Shared): CardPorts | null {
  return settings.SLACK_BOT_TOKEN.trim() === "" ? null : cardPorts(settings, ports);
}

export function slackInteractions(
  settings: SlackSettings,
  ports: Shared & Pick<InteractionPorts, "sleep" | "waitUntil" | "newTraceId" | "rejectReasons">,
): InteractionPorts {
  const { sleep, waitUntil, newTraceId, rejectReasons, fetch, now } = ports;
  return {
    ...cardPorts(settings, ports),
    signingSecret: settings.SLACK_SIGNING_SECRET,
    apiUrl: settings.SLACK_API_URL,
    http: { fetch, now },
    sleep,
    waitUntil,
    newTraceId,
    rejectReasons,
  };
}

function cardPorts(settings: SlackSettings, { sql, people, deal, fetch, now, log }: Shared) {
  const publicUrl = settings.PUBLIC_URL.trim().replace(/\/+$/, "");
  const app = { apiUrl: settings.SLACK_API_URL, botToken: settings.SLACK_BOT_TOKEN.trim() };
  return {
    slack: createSlack(app, { fetch, now }),
    store: createCardStore(sql),
    people,
    deal,
    publicUrl,
    linkTo: async ({ action: { action_id, content_hash }, due_at }: ActionSnapshot, email: string) => {
      const secret = settings.SESSION_SECRET.trim();
      if (secret === "" || publicUrl === "") return null;
      const waits = due_at === null ? 0 : Math.ceil((Date.parse(due_at) - now()) / 1_000);
      const claims = { sub: email, verb: "approve", action_id, content_hash } as const;
      return publicUrl + (await linkPath(claims, secret, now(), Math.max(waits, DAY_SECONDS)));
    },
    now,
    log,
  };
}
