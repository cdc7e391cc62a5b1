// The queue `notices`: what people who approve look at is made true again, open pages and cards in Slack. Rules: of one
// action only the newest version of a batch counts; pages are told at once and poll as well, so only Slack's failures
// bring an event back.
import type { ActionChanged } from "#contract/action-changed.ts";
import type { Event } from "#contract/envelope.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import type { Log } from "#runtime/log.ts";
import { done } from "#runtime/outcome.ts";
import type { LiveClient } from "./live-client.ts";
import { type CardPorts, showCards } from "./slack/cards.ts";

export type NoticePorts = {
  live: Pick<LiveClient, "broadcast">;
  /** Null where Slack is not set up: there is nothing to do. */
  cards: CardPorts | null;
  log: Log;
};

export function noticesHandler({ live, cards, log }: NoticePorts): BatchHandler<ActionChanged> {
  const show = eachEvent<ActionChanged>(
    async ({ payload, attempt }) => (cards === null ? done() : showCards(payload.snapshot, attempt, cards)),
    log,
  );
  return async (events) => {
    const newest = [...newestOf(events).values()];
    const changes = newest.map(({ payload: { snapshot } }) => ({
      action_id: snapshot.action.action_id,
      version: snapshot.version,
      state: snapshot.state,
      owner_email: snapshot.action.owner?.email ?? null,
    }));
    const [outcomes] = await Promise.all([show(newest), live.broadcast(changes)]);
    return events.map((event) => outcomes[newest.indexOf(event)] ?? done());
  };
}

function newestOf(events: readonly Event<ActionChanged>[]): Map<string, Event<ActionChanged>> {
  const newest = new Map<string, Event<ActionChanged>>();
  for (const event of events) {
    const { action, version } = event.payload.snapshot;
    const known = newest.get(action.action_id);
    if (known === undefined || known.payload.snapshot.version < version) newest.set(action.action_id, event);
  }
  return newest;
}
