// Posts and updates the cards of an action. Rules: each person who is asked gets one card, and it is claimed in D1 before
// it is posted; where an earlier attempt ended unseen, Slack is asked for the card before another is posted. A card is
// painted with the newest version that is known, and painted again when two runs met.
import type { Slack } from "#connectors/slack.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { outcomeOf } from "#runtime/failure-outcome.ts";
import type { CallFailure } from "#runtime/http.ts";
import type { Log } from "#runtime/log.ts";
import { done, type Outcome, retry } from "#runtime/outcome.ts";
import { notAllowedTo } from "#web/auth/identity.ts";
import type { PeopleReader } from "#web/auth/people.ts";
import type { DealClient } from "../deal-client.ts";
import { askedOf, cardOf } from "./card.ts";
import type { Card, CardStore } from "./card-store.ts";

export type CardPorts = {
  slack: Pick<Slack, "postMessage" | "updateMessage" | "findByMetadata" | "userByEmail" | "openDirectMessage">;
  store: CardStore;
  people: PeopleReader;
  deal: Pick<DealClient, "list">;
  publicUrl: string;
  /** A link by which the person approves what is there now; null where links are not set up. */
  linkTo(snapshot: ActionSnapshot, email: string): Promise<string | null>;
  now(): number;
  log: Log;
};

const KEY = "action_id";
/** How far back an unseen attempt is looked for. */
const SEARCH_MS = 86_400_000;
/** Long enough for a run that is posting this very card to end. */
const ASK_AGAIN_SECONDS = 5;

/** Makes the cards say what `told` says; `attempt` is the event's. */
export async function showCards(told: ActionSnapshot, attempt: number, ports: CardPorts): Promise<Outcome> {
  const actionId = told.action.action_id;
  const cards = await ports.store.of(actionId);
  const isPosted = (email: string) => cards.some((card) => card.email === email && card.ts !== "");
  const operators = told.action.owner?.email ? [] : await ports.store.operators();
  if (askedOf(told, operators).every(isPosted)) return updateCards(told, ports);

  // What was told may be old by now, and a card with buttons must not be born stale.
  const snapshot = (await currentOf(told, ports)) ?? told;
  for (const email of askedOf(snapshot, operators).filter((each) => !isPosted(each))) {
    const outcome = await postCard(snapshot, email, attempt, ports);
    if (outcome.kind !== "done") return outcome;
  }
  return updateCards(snapshot, ports);
}

/** Paints the cards that show an older version; never posts one. */
export async function updateCards(snapshot: ActionSnapshot, ports: CardPorts): Promise<Outcome> {
  const cards = await ports.store.of(snapshot.action.action_id);
  for (const card of cards.filter(({ ts, version }) => ts !== "" && version < snapshot.version)) {
    const failure = await paint(card, snapshot, ports);
    if (failure !== null) return failed(failure);
    if (await ports.store.painted(snapshot.action.action_id, card.email, snapshot.version)) continue;
    // A newer version was painted meanwhile, and this one may have come after it.
    const current = await currentOf(snapshot, ports);
    const again = current === null ? null : await paint(card, current, ports);
    if (again !== null) return failed(again);
  }
  return done();
}

async function paint(card: Card, snapshot: ActionSnapshot, ports: CardPorts): Promise<CallFailure | null> {
  const message = cardOf(snapshot, card.email, ports.publicUrl, await ports.linkTo(snapshot, card.email));
  const { channel, ts } = card;
  const result = await ports.slack.updateMessage({ channel, ts, ...message }, snapshot.correlation_id);
  // A card that somebody deleted is not missed.
  return result.ok || result.failure.kind === "not_found" ? null : result.failure;
}

async function postCard(snapshot: ActionSnapshot, email: string, attempt: number, ports: CardPorts): Promise<Outcome> {
  const { action, subject, correlation_id: trace } = snapshot;
  const { slack, store } = ports;
  const identity = await ports.people.identify(email);
  const account = identity === null ? null : await store.accountOf(email);
  if (identity === null || account === null || notAllowedTo(identity, snapshot) !== null) {
    return noCard(snapshot, "not_in_people", ports);
  }
  let userId = account.slackUserId;
  if (userId === null) {
    const found = await slack.userByEmail(email, trace);
    if (!found.ok && found.failure.kind === "not_found") return noCard(snapshot, "not_in_slack", ports);
    if (!found.ok) return failed(found.failure);
    userId = found.value;
    await store.rememberAccount(email, userId, new Date(ports.now()).toISOString());
  }
  const opened = await slack.openDirectMessage(userId, trace);
  if (!opened.ok) return failed(opened.failure);
  const channel = opened.value;

  if (!(await store.claim(action.action_id, { email, subject, channel }))) {
    if (attempt === 1) return retry("another run is posting this card, or ended while it did", ASK_AGAIN_SECONDS);
    const oldestMs = Math.max(Date.parse(snapshot.proposed_at), ports.now() - SEARCH_MS) - 60_000;
    const found = await slack.findByMetadata({ channel, key: KEY, value: action.action_id, oldestMs }, trace);
    if (!found.ok) return failed(found.failure);
    if (found.value !== null) {
      // Which version it shows nobody knows, so it is painted next.
      await store.posted(action.action_id, email, found.value.ts, 0);
      return done();
    }
  }
  const message = {
    channel,
    ...cardOf(snapshot, email, ports.publicUrl, await ports.linkTo(snapshot, email)),
    metadata: { event_type: "dealwire_approval", event_payload: { [KEY]: action.action_id } },
  };
  const posted = await slack.postMessage(message, trace);
  if (!posted.ok) return failed(posted.failure);
  await store.posted(action.action_id, email, posted.value.ts, snapshot.version);
  return done();
}

/** The action as its object tells it now; null when it can't be asked. */
async function currentOf(snapshot: ActionSnapshot, { deal }: CardPorts): Promise<ActionSnapshot | null> {
  const listed = await deal.list(snapshot.subject);
  if (!listed.ok) return null;
  return listed.value.find(({ action }) => action.action_id === snapshot.action.action_id) ?? null;
}

function noCard({ action, correlation_id }: ActionSnapshot, why: string, { log }: CardPorts): Outcome {
  log("info", "no_card", { action_id: action.action_id, why, correlation_id });
  return done();
}

function failed(failure: CallFailure): Outcome {
  return outcomeOf(failure, "Slack", "SLACK_BOT_TOKEN");
}
