// What is read from rows of counters: how fast the error budget burns, and which source fell silent. Pure.

import type { AlertSettings } from "#contract/alert-settings.ts";
import type { RollupReading } from "./readings.ts";

/** Fewer signals than this say nothing about a rate. */
const MIN_SIGNALS = 10;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** How many times as many signals missed the objective as it allows; 1 uses up the budget exactly. */
export function burnRate(rows: readonly RollupReading[], objective: number): number {
  const met = total(rows, 'objective{met="true"}');
  const missed = total(rows, 'objective{met="false"}');
  return met + missed < MIN_SIGNALS ? 0 : missed / (met + missed) / (1 - objective);
}

/** Sources that sent in most of the 24 hours before the last few, and in none of those. */
export function quietSources(
  hours: readonly RollupReading[],
  { usual_hours, quiet_hours }: Pick<AlertSettings, "usual_hours" | "quiet_hours">,
  now: number,
): string[] {
  const name = (hoursAgo: number) => new Date(now - hoursAgo * HOUR_MS).toISOString().slice(0, 13);
  const recent = name(quiet_hours);
  const oldest = name(quiet_hours + DAY_HOURS);
  const usual = hours.filter(({ at }) => at < recent && at >= oldest).map(sourcesOf);
  const lately = new Set(hours.filter(({ at }) => at >= recent).flatMap((row) => [...sourcesOf(row)]));
  const all = new Set(usual.flatMap((each) => [...each]));
  return [...all]
    .filter((source) => !lately.has(source) && usual.filter((each) => each.has(source)).length >= usual_hours)
    .sort();
}

function total(rows: readonly RollupReading[], series: string): number {
  return rows.reduce((sum, { counters }) => sum + (counters[series] ?? 0), 0);
}

function sourcesOf({ counters }: RollupReading): Set<string> {
  const sources = Object.keys(counters).flatMap(
    (series) => /^signals_received\{source="(.*)"\}$/.exec(series)?.[1] ?? [],
  );
  return new Set(sources);
}
