// How much an account looks like buying: what it reads about, as reports say, and what its people did. Rules: the formula
// is the one in docs/enrichment.md; it knows nothing later than the signal; either part alone is enough to be known, and
// together they reinforce each other.
import type { AccountContext } from "#contract/signal-enriched.ts";

/** A topic of a domain as one source kept it: the newest report and those before, newest first. */
export type TopicHistory = { topic: string; reports: readonly (readonly [date: string, score: number])[] };
export type EventCounts = Readonly<Record<string, number>>;
export type Intent = Pick<AccountContext, "intent_score" | "intent_change_percent" | "topics">;

const DAY_MS = 86_400_000;
/** A report counts this long; what was compared with is as old. */
export const INTENT_DAYS = 30;
/** What a company buys is one thing; the mean of all topics would drown it. */
const STRONGEST = 3;
/** The contract takes 20. */
const MAX_TOPICS = 20;

/** Points of one event within 30 days, together 100 at most. What is not listed says nothing of its people's interest. */
const POINTS: Readonly<Record<string, number>> = {
  "page.viewed": 3,
  "screen.viewed": 2,
  "behavior.tracked": 6,
  "person.identified": 6,
  "email.replied": 20,
  "call.completed": 20,
};

/** `now` and `before` are the events of the 30 days before the signal, and of the 30 before those. */
export function intentOf(
  histories: readonly TopicHistory[],
  now: EventCounts,
  before: EventCounts,
  asOfMs: number,
): Intent {
  const topics = topicsAt(histories, asOfMs);
  const score = scoreOf(topics, now);
  const earlier = scoreOf(topicsAt(histories, asOfMs - INTENT_DAYS * DAY_MS), before);
  const change = score === null || !earlier ? null : oneDecimal(((score - earlier) / earlier) * 100);
  return { intent_score: score, intent_change_percent: change, topics: topics.slice(0, MAX_TOPICS) };
}

/** 100 · (1 − (1 − reports/100) · (1 − behaviour/100)); null when neither says anything. */
function scoreOf(topics: Intent["topics"], counts: EventCounts): number | null {
  const strongest = topics.slice(0, STRONGEST);
  const sum = strongest.reduce((total, { score }) => total + score, 0);
  const reports = strongest.length === 0 ? 0 : sum / strongest.length;
  const points = Object.entries(counts).map(([event, count]) => (POINTS[event] ?? 0) * count);
  const behaviour = Math.min(
    100,
    points.reduce((total, one) => total + one, 0),
  );
  if (strongest.length === 0 && behaviour === 0) return null;
  return oneDecimal(100 * (1 - (1 - reports / 100) * (1 - behaviour / 100)));
}

/** Each topic with the newest score of a source within 30 days, the highest of its sources; strongest first. */
function topicsAt(histories: readonly TopicHistory[], asOfMs: number): Intent["topics"] {
  const [day, oldest] = [dayOf(asOfMs), dayOf(asOfMs - INTENT_DAYS * DAY_MS)];
  const scores = new Map<string, number>();
  for (const { topic, reports } of histories) {
    const [date, score] = reports.find(([reportDate]) => reportDate <= day) ?? ["", 0];
    if (date > oldest) scores.set(topic, Math.max(score, scores.get(topic) ?? 0));
  }
  return [...scores]
    .map(([topic, score]) => ({ topic, score }))
    .toSorted((a, b) => b.score - a.score || (a.topic < b.topic ? -1 : 1));
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
