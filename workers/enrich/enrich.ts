// Adds context to signals: what is known about the deal and the account, and how urgent that makes the signal. Rules:
// it decides nothing; what is missing is named in `degraded` and the signal goes on; enriching a signal again, from the
// same answers, gives the same message but for `enriched_at`.
import type { TokenPorts } from "#connectors/access-token.ts";
import type { Event } from "#contract/envelope.ts";
import { MAX_ATTEMPTS } from "#contract/queues.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import type { Log } from "#runtime/log.ts";
import { done, type Outcome, retry } from "#runtime/outcome.ts";
import { type Description, describe } from "./describe.ts";
import { emit } from "./emit.ts";
import type { Aliases } from "./identity/aliases.ts";
import { referencesIn } from "./identity/clues.ts";
import { type Found, lessonOf } from "./identity/lesson.ts";
import type { Memory } from "./identity/memory.ts";
import { recall } from "./identity/recall.ts";
import { type Resolved, resolve } from "./identity/resolve.ts";
import { type OpenCrms, openCrms } from "./open-crms.ts";
import type { People, ReadPeople } from "./people.ts";
import type { Asker, Gap, Provider, ProviderCall, ProviderSettings } from "./providers/provider.ts";
import type { UrgencyRule } from "./urgency-rules.ts";

export type EnrichDeps = TokenPorts & {
  providers: readonly Provider[];
  settings: ProviderSettings;
  memory: Memory;
  people: ReadPeople;
  urgencyRules: readonly UrgencyRule[];
  log: Log;
};

/** What one signal's reads found; the memory's part is added for the whole batch. */
export type Looked = {
  event: Event<SignalReceived>;
  startedAt: number;
  resolved: Resolved;
  description: Description;
  calls: readonly ProviderCall[];
};

/** No read is begun for a signal later than this; the one under way is finished, within its calls' own timeouts. */
export const BUDGET_MS = 15_000;

/** What the batch shares, read once; what did not answer is empty and a gap of every signal. */
type Shared = { open: OpenCrms; aliases: Aliases; people: People; gaps: readonly Gap[] };

/** CRMs are opened once a batch, so several signals of one deal cost one fetch. */
export function createEnrich(deps: EnrichDeps): BatchHandler<SignalReceived> {
  return async (events) => {
    const shared = await share(events, deps);
    const looked = new Map<Event<SignalReceived>, Looked>();
    const outcomes = await eachEvent<SignalReceived>(async (event) => {
      const found = await lookUp(event, shared, deps.now);
      if ("kind" in found) return found;
      looked.set(event, found);
      return done();
    }, deps.log)(events);

    const batch = [...looked.values()];
    const founds = batch.map(foundOf);
    const kept = await keep(founds, shared.aliases, deps);
    const told = await recall(founds, deps.memory);
    const finished = new Map(
      batch.map((one, index): [Event<SignalReceived>, Outcome] => {
        const memory = told[index];
        const lost = kept.whyLost[index] ?? null;
        if (memory === undefined) return [one.event, retry("a bug: nothing was told of this signal")];
        // Without these rows something would be forgotten that nothing says again; the last attempt goes on all the same.
        if (lost !== null && one.event.attempt < MAX_ATTEMPTS) return [one.event, retry(lost)];
        return [one.event, emit(one, memory, [...shared.gaps, ...(lost === null ? [] : [notKept(lost)])], deps)];
      }),
    );
    return events.map((event, index) => finished.get(event) ?? outcomes[index] ?? retry("the handler gave no outcome"));
  };
}

async function share(events: readonly Event<SignalReceived>[], deps: EnrichDeps): Promise<Shared> {
  const gaps: Gap[] = [];
  const orElse = async <Value>(read: Promise<Value>, missing: string, otherwise: Value): Promise<Value> => {
    try {
      return await read;
    } catch (error) {
      deps.log("warn", "store_unread", { missing, reason: String(error) });
      gaps.push({ missing, reason: `D1 did not answer: ${String(error)}` });
      return otherwise;
    }
  };
  const references = events.flatMap(({ payload }) => referencesIn(payload));
  const [aliases, people] = await Promise.all([
    orElse<Aliases>(deps.memory.aliasesOf(references), "aliases", new Map()),
    orElse<People>(deps.people(), "deal_context.owner.time_zone", new Map()),
  ]);
  return { open: openCrms(deps.providers, deps.settings, deps), aliases, people, gaps };
}

async function lookUp(
  event: Event<SignalReceived>,
  { open, aliases, people }: Shared,
  now: () => number,
): Promise<Looked | Outcome> {
  const startedAt = now();
  const signal = event.payload;
  const calls: ProviderCall[] = [];
  const { correlation_id: correlationId } = event;
  const asker: Asker = { correlationId, deadlineMs: startedAt + BUDGET_MS, tell: (call) => calls.push(call) };
  const resolved = await resolve(signal, open.crms, aliases, asker);
  const about = { ...resolved, dealRequired: signal.deal_id !== null };
  const described = await describe(about, signal, open, people, asker);
  if (!described.ok) return described.outcome;
  const gaps = [...resolved.gaps, ...described.description.gaps];
  // A burst that meets the rate limit would strip many signals of their context; the limit passes within seconds.
  const slowDown = gaps.find(({ failure }) => failure?.kind === "unavailable" && failure.status === 429)?.failure;
  if (slowDown !== undefined && event.attempt < MAX_ATTEMPTS) {
    return open.outcomeOf(slowDown, resolved.dealId ?? resolved.contactId ?? resolved.accountId ?? signal.subject);
  }
  return { event, startedAt, resolved, description: { ...described.description, gaps }, calls };
}

function foundOf({ event, resolved, description }: Looked): Found {
  const { deal_context: deal, account_context: account } = description;
  return {
    signal: event.payload,
    clues: resolved.clues,
    dealId: deal?.id ?? resolved.dealId,
    contactId: resolved.contactId,
    accountId: account?.id ?? resolved.accountId,
    accountDomain: account?.domain ?? null,
  };
}

/** Keeps what the batch teaches; `whyLost` says, for each signal, why something irreplaceable could not be kept. */
async function keep(
  founds: readonly Found[],
  aliases: Aliases,
  deps: EnrichDeps,
): Promise<{ whyLost: readonly (string | null)[] }> {
  const lessons = founds.map((found) => lessonOf(found, aliases));
  try {
    await deps.memory.keep({
      aliases: lessons.flatMap((lesson) => lesson.aliases),
      activity: lessons.flatMap((lesson) => lesson.activity),
      mentions: lessons.flatMap((lesson) => lesson.mentions),
      intent: lessons.flatMap((lesson) => lesson.intent),
      mergedDeals: lessons.flatMap((lesson) => lesson.mergedDeals),
    });
    return { whyLost: lessons.map(() => null) };
  } catch (error) {
    deps.log("warn", "memory_not_kept", { signals: founds.length, reason: String(error) });
    const reason = `D1 did not keep what the signal says: ${String(error)}`;
    return { whyLost: lessons.map(({ irreplaceable }) => (irreplaceable ? reason : null)) };
  }
}

function notKept(reason: string): Gap {
  return { missing: "memory", reason };
}
