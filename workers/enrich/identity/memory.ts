// What enrichment remembers, in D1, for a whole batch at a time: one round trip to look names up, one to keep what the
// batch says, one to be told what was before each signal. Rules: everything is kept before anything is told, so that the
// order within a batch does not matter; each statement takes its rows as JSON, and keeping twice is keeping once.
import * as z from "zod";
import { type ActivityRow, KEEP_ACTIVITY, MOVE_ACTIVITY, READ_ACTIVITY, type RecentSignal } from "../activity.ts";
import type { EventCounts, TopicHistory } from "../intent-score.ts";
import { historyOf, type IntentSignalRow, KEEP_INTENT, READ_INTENT } from "../intent-signals.ts";
import { KEEP_MENTIONS, type Mention, type MentionRow, MOVE_MENTIONS, READ_MENTIONS } from "../mentions.ts";
import { type Alias, type Aliases, KEEP_ALIASES, READ_ALIASES } from "./aliases.ts";

/** What a batch says. */
export type Kept = {
  aliases: readonly Alias[];
  activity: readonly ActivityRow[];
  mentions: readonly MentionRow[];
  intent: readonly IntentSignalRow[];
  mergedDeals: readonly { from: string; to: string }[];
};

/** Times are Instants; `to` is not included. */
export type ActivityWindow = { account: string; from: string; to: string };
export type MentionWindow = { deal: string; from: string; to: string };
export type Seen = { recent: readonly RecentSignal[]; counts: EventCounts };

export type Memory = {
  aliasesOf(references: readonly string[]): Promise<Aliases>;
  keep(batch: Kept): Promise<void>;
  /** One answer for each window, in its order. */
  activity(windows: readonly ActivityWindow[]): Promise<readonly Seen[]>;
  mentions(windows: readonly MentionWindow[]): Promise<readonly (readonly Mention[])[]>;
  intent(domains: readonly string[]): Promise<ReadonlyMap<string, readonly TopicHistory[]>>;
};

/** D1 takes values of up to 2 MB, and so large may a row of its answer be. */
const CHUNK = 100;

const Recent = z.array(z.object({ signal_id: z.string(), event: z.string(), fired_at: z.string() }));
const Counts = z.record(z.string(), z.number());
const Mentions = z.array(
  z.object({ kind: z.enum(["competitor", "topic"]), name: z.string(), mentioned_at: z.string() }),
);
const Report = z.tuple([z.string(), z.number()]);
const Topics = z.array(z.tuple([z.string(), z.string(), z.number(), z.array(Report)]));

/** The part of D1 that is needed; tests put a SQLite behind it. */
export type Database<Statement> = {
  prepare(sql: string): { bind(json: string): Statement };
  batch<Row>(statements: Statement[]): Promise<{ results: Row[] }[]>;
};

/** Rejects with D1's error. */
export function createMemory<Statement>(db: Database<Statement>): Memory {
  const ask = async <Row>(sql: string, items: readonly unknown[]): Promise<Row[]> => {
    if (items.length === 0) return [];
    const statement = db.prepare(sql);
    const parts = chunksOf(items).map((part) => statement.bind(JSON.stringify(part)));
    return (await db.batch<Row>(parts)).flatMap(({ results }) => results);
  };
  return {
    async aliasesOf(references) {
      const rows = await ask<Alias>(READ_ALIASES, [...new Set(references)]);
      return new Map(rows.map((alias) => [alias.reference, alias]));
    },
    async keep({ aliases, activity, mentions, intent, mergedDeals }) {
      // The order of the contract: an alias that is there leads the rows after it to the right account.
      const writes: readonly [string, readonly unknown[]][] = [
        [KEEP_ALIASES, aliases],
        [KEEP_ACTIVITY, activity],
        [MOVE_ACTIVITY, aliases.map(({ reference }) => reference)],
        [KEEP_MENTIONS, mentions],
        [MOVE_MENTIONS, mergedDeals],
        [KEEP_INTENT, intent],
      ];
      const statements = writes.flatMap(([sql, rows]) =>
        chunksOf(rows).map((part) => db.prepare(sql).bind(JSON.stringify(part))),
      );
      if (statements.length > 0) await db.batch(statements);
    },
    async activity(windows) {
      const rows = await ask<{ recent: string; counts: string }>(READ_ACTIVITY, windows);
      return rows.map(({ recent, counts }) => ({
        recent: Recent.parse(JSON.parse(recent)),
        counts: Counts.parse(JSON.parse(counts)),
      }));
    },
    async mentions(windows) {
      const rows = await ask<{ mentions: string }>(READ_MENTIONS, windows);
      return rows.map(({ mentions }) => Mentions.parse(JSON.parse(mentions)));
    },
    async intent(domains) {
      const rows = await ask<{ domain: string; topics: string }>(READ_INTENT, [...new Set(domains)]);
      return new Map(rows.map(({ domain, topics }) => [domain, Topics.parse(JSON.parse(topics)).map(historyOf)]));
    },
  };
}

function chunksOf<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, n) => items.slice(n * CHUNK, (n + 1) * CHUNK));
}
