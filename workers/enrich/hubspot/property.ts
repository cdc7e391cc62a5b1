// Reads single properties of a HubSpot record. Rule: a value is used as the contract takes it or not at all; an empty
// string is HubSpot's way to say "cleared".
import type { HubspotRecord } from "#connectors/hubspot-records.ts";

/** `hubspot:300` for `300`. */
export function referenceOf(id: string): string;
export function referenceOf(id: string | null): string | null;
export function referenceOf(id: string | null): string | null {
  return id === null ? null : `hubspot:${id}`;
}

/** `332507367156` of `hubspot:332507367156`; null for another system and for what can't be an id of HubSpot. */
export function recordIdOf(reference: string): string | null {
  return /^hubspot:(\d{1,20})$/.exec(reference)?.[1] ?? null;
}

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

export function nameOf(first: string | null | undefined, last: string | null | undefined): string | null {
  return `${first?.trim() ?? ""} ${last?.trim() ?? ""}`.trim() || null;
}

/** The record's page in HubSpot, for a link; anything but https is not followed. */
export function webPageOf(record: HubspotRecord): string | null {
  const { url } = record;
  return url?.startsWith("https://") && url.length <= 2_000 ? url : null;
}
