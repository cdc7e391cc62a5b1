// Reads single properties of a HubSpot record. Rule: a value is used as the contract takes it or not at all; an empty
// string is HubSpot's way to say "cleared".
import type { HubspotRecord } from "#connectors/hubspot-records.ts";

/** Trimmed and cut to `maxLength`; null when there is nothing. */
export function textOf(record: HubspotRecord, property: string, maxLength: number): string | null {
  return record.properties[property]?.trim().slice(0, maxLength) || null;
}

/** A finite decimal number, or null. */
export function numberOf(record: HubspotRecord, property: string): number | null {
  const value = record.properties[property] ?? "";
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** The record's page in HubSpot, for a link; anything but https is not followed. */
export function webPageOf(record: HubspotRecord): string | null {
  const { url } = record;
  return url?.startsWith("https://") && url.length <= 2_000 ? url : null;
}
