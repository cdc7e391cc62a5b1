// From a Gong call to a signal. Rule: the call is its identity, alone. Two rules that match one call post it twice, to
// one URL or to two; both tell the same event, and a follow-up must not be drafted twice for it. What is passed on is
// what the call was, who was there and what was talked about, and never what was said.
import type { SignalFacts } from "#contract/signal-received.ts";
import type { SignalDraft } from "#runtime/signal.ts";
import { instantOf } from "../instant.ts";
import type { GongCall, GongParty } from "./call.ts";
import { competitorsOf } from "./competitors.ts";
import { type CrmRecord, crmRecordsOf } from "./crm-records.ts";

const MAX_TITLE = 200;
const MAX_URL = 2_000;
const MAX_FACT = 2_000;
const MAX_TOPICS = 100;
const MAX_RELATED = 200;

/** `competitorTrackers` is the setting; a call that names no time ended when it was received. */
export function draftOf(call: GongCall, competitorTrackers: string, receivedAt: string): SignalDraft {
  const { metaData, content } = call;
  const parties = present(call.parties);
  const external = parties.filter(({ affiliation }) => affiliation?.toLowerCase() === "external");
  const records = crmRecordsOf([call.context, ...external.map(({ context }) => context)]);
  const first = (role: CrmRecord["role"]) => records.find((record) => record.role === role)?.reference ?? null;
  const [deal, contact, account] = [first("deal"), first("contact"), first("account")];
  const named = [deal, contact, account];
  const topics = present(content?.topics).filter(({ name, duration }) => name.trim() !== "" && duration !== 0);
  const related = records.map(({ reference }) => reference).filter((reference) => !named.includes(reference));
  return {
    signal_type: "call_complete",
    subject: deal ?? contact ?? account ?? `gong:${metaData.id}`,
    deal_id: deal,
    contact_id: contact,
    account_id: account,
    payload: {
      event: "call.completed",
      text: summaryOf(call, parties.length, external.length),
      topics: topics.map(({ name }) => name.slice(0, MAX_TITLE)).slice(0, MAX_TOPICS),
      competitors: competitorsOf(present(content?.trackers), competitorTrackers),
      url: metaData.url && metaData.url.length <= MAX_URL ? metaData.url : undefined,
      related: related.slice(0, MAX_RELATED),
      facts: factsOf(call, external),
    },
    fired_at: endOf(metaData, receivedAt),
    identity: [metaData.id],
  };
}

/** `Sales team meeting, 36 min, 2 participants, 1 of them external`. */
function summaryOf({ metaData }: GongCall, participants: number, external: number): string {
  const { title, duration } = metaData;
  const parts = [title?.trim().slice(0, MAX_TITLE) || "Call"];
  if (duration) parts.push(`${Math.max(1, Math.round(duration / 60))} min`);
  if (participants > 0) {
    parts.push(`${participants} ${participants === 1 ? "participant" : "participants"}, ${external} of them external`);
  }
  return parts.join(", ");
}

/** When the call ended; when it started, or should have, where that is all that is known or makes sense. */
function endOf({ started, scheduled, duration }: GongCall["metaData"], receivedAt: string): string {
  const start = instantOf(started);
  if (start === null) return instantOf(scheduled) ?? receivedAt;
  const endMs = Date.parse(start) + (duration ?? 0) * 1000;
  return endMs > Date.parse(receivedAt) ? start : new Date(endMs).toISOString();
}

/** What only Gong has; what the call does not carry is left out. */
function factsOf({ metaData, content }: GongCall, external: readonly GongParty[]): SignalFacts["facts"] {
  const trackers = present(content?.trackers).filter(({ count }) => count !== 0);
  const facts = {
    call_id: metaData.id,
    started: metaData.started,
    duration_seconds: metaData.duration,
    host_user_id: metaData.primaryUserId,
    direction: metaData.direction,
    system: metaData.system,
    scope: metaData.scope,
    media: metaData.media,
    language: metaData.language,
    trackers: trackers.map(({ name, count }) => `${name} (${count ?? "?"})`).join("; "),
    external_participants: external.map(personOf).join("; "),
  };
  const known = Object.entries(facts).flatMap(([name, value]): [string, string | number][] => {
    if (typeof value === "number") return [[name, value]];
    return value ? [[name, value.slice(0, MAX_FACT)]] : [];
  });
  return Object.fromEntries(known);
}

/** `Bo Williams, Sales Enablement Manager <bwilliams@example.com>`. */
function personOf({ name, title, emailAddress }: GongParty): string {
  const who = [name, title].filter((part) => part).join(", ") || "unknown";
  return emailAddress ? `${who} <${emailAddress}>` : who;
}

function present<Item>(list: readonly (Item | null)[] | null | undefined): Item[] {
  return (list ?? []).filter((item) => item !== null);
}
