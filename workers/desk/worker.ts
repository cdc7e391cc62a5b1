// Env -> deps -> app. The one place of the desk that touches the environment.
import { waitUntil } from "cloudflare:workers";
import { CONTROLS_NAME, type ControlsRpc } from "#contract/controls.ts";
import type { DealName } from "#contract/deal.ts";
import { LIVE_NAME } from "#contract/live.ts";
import { actionChanged } from "#contract/messages.ts";
import type { UpstreamRpc } from "#contract/upstream.ts";
import { consume } from "#runtime/consume.ts";
import { createLog } from "#runtime/log.ts";
import { consumePorts } from "#runtime/ports.ts";
import { guardedFetch, type UpstreamLocals } from "#runtime/upstream-fetch.ts";
import { createTargetOf } from "#runtime/upstream-target.ts";
import base from "#web/assets/base.css";
import card from "#web/assets/card.css";
import controls from "#web/assets/controls.css";
import icon from "#web/assets/icon.svg";
import lists from "#web/assets/lists.css";
import timesScript from "#web/assets/times.client.js";
import { accessKeysOf } from "#web/auth/access-keys.ts";
import { createPeopleReader } from "#web/auth/people.ts";
import { createRowReader, type Sql } from "#web/row-reader.ts";
import openApi from "./api/openapi.txt";
import approvals from "./assets/approvals.css";
import formsScript from "./assets/forms.client.js";
import keysScript from "./assets/keys.client.js";
import liveScript from "./assets/live.client.js";
import { createDealClient, type DealStub } from "./deal-client.ts";
import { createDesk } from "./desk.tsx";
import { createDirectory } from "./directory.ts";
import { createLiveClient, type LiveStub } from "./live-client.ts";
import { noticesHandler } from "./notices.ts";
import { createReadModel } from "./read-model.ts";
import { answerInteraction } from "./slack/interactions.ts";
import { slackCards, slackInteractions } from "./slack/slack-ports.ts";

/** The classes live in another Worker; their types here are the contract. */
type Bindings = Omit<Env, "CONTROLS" | "DEAL" | "LIVE" | "UPSTREAM"> & {
  CONTROLS: { getByName(name: string): ControlsRpc };
  DEAL: { getByName(name: DealName): DealStub };
  LIVE: { getByName(name: string): LiveStub };
  UPSTREAM: { getByName(system: string): UpstreamRpc };
};

const log = createLog("desk");

const upstreams: UpstreamLocals = new Map();

function sharedOf(env: Bindings) {
  const sql: Sql = async (statement, parameters) => {
    const prepared = env.DB.prepare(statement).bind(...parameters);
    return (await prepared.all()).results;
  };
  const deal = createDealClient((subject) => env.DEAL.getByName(subject));
  return { sql, deal, people: createPeopleReader(sql), now: Date.now, log };
}

function deskOf(env: Bindings) {
  const shared = sharedOf(env);
  const { sql } = shared;
  const newRequestId = () => crypto.randomUUID().replaceAll("-", "");
  const rejectReasons = env.REJECT_REASONS.split(";")
    .map((reason) => reason.trim())
    .filter(Boolean);
  const sleep = (ms: number) => scheduler.wait(ms);
  const slack = slackInteractions(env, {
    ...shared,
    fetch: fetch.bind(globalThis),
    sleep,
    waitUntil,
    newTraceId: newRequestId,
    rejectReasons,
  });
  return createDesk({
    ...shared,
    readModel: createReadModel(sql, log),
    directory: createDirectory(sql, createRowReader(log), Date.now),
    controls: () => env.CONTROLS.getByName(CONTROLS_NAME),
    live: createLiveClient(() => env.LIVE.getByName(LIVE_NAME), log),
    rejectReasons,
    openApi,
    slack: (request) => answerInteraction(request, slack),
    settings: env,
    assets: {
      style: base + controls + card + approvals + lists,
      script: timesScript + formsScript + keysScript + liveScript,
      icon,
    },
    keysOf: accessKeysOf,
    newRequestId,
  });
}

/** Routes are compiled once per isolate, not once per request. */
let desk: ReturnType<typeof deskOf> | undefined;

export default {
  fetch(request, env) {
    desk ??= deskOf(env);
    return desk.fetch(request);
  },

  async queue(batch, env) {
    const bindings = { notices: env.NOTICES, "notices-dead": env.NOTICES_DEAD };
    const ports = consumePorts("desk", bindings, env.RETRY_BASE_SECONDS, env.VERSION);
    const upstream = (system: string) => env.UPSTREAM.getByName(system);
    const guard = { fetch: fetch.bind(globalThis), now: Date.now, log, upstream, targetOf: createTargetOf(env) };
    const cards = slackCards(env, { ...sharedOf(env), fetch: guardedFetch(upstreams, guard) });
    const live = createLiveClient(() => env.LIVE.getByName(LIVE_NAME), log);
    await consume("notices", actionChanged, batch, noticesHandler({ live, cards, log }), ports);
  },
} satisfies ExportedHandler<Bindings>;
