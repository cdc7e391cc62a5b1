// Reads single fields of a Salesforce row. Rule: a value is used as the contract takes it or not at all; a field of a
// related record is named by its path, `Owner.Name`.
import type { SalesforceRow } from "#connectors/salesforce.ts";
import { salesforceId } from "#connectors/salesforce-id.ts";
import { parseTime } from "../days.ts";

/** `salesforce:006…` of 18 characters; null for what is no id. */
export function referenceOf(row: SalesforceRow, path: string): string | null {
  const value = fieldOf(row, path);
  const id = typeof value === "string" ? salesforceId(value) : null;
  return id === null ? null : `salesforce:${id}`;
}

/** The 18 characters of `salesforce:006…`; null for another system and for what can't be an id. */
export function recordIdOf(reference: string): string | null {
  return reference.startsWith("salesforce:") ? salesforceId(reference.slice("salesforce:".length)) : null;
}

/** Trimmed and cut to `maxLength`; null when there is nothing. */
export function textOf(row: SalesforceRow, path: string, maxLength: number): string | null {
  const value = fieldOf(row, path);
  return typeof value === "string" ? value.trim().slice(0, maxLength) || null : null;
}

export function numberOf(row: SalesforceRow, path: string): number | null {
  const value = fieldOf(row, path);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function isTrue(row: SalesforceRow, path: string): boolean {
  return fieldOf(row, path) === true;
}

/** Epoch ms of `2026-11-20T09:00:00.000+0000` or of a date, which is midnight UTC. */
export function timeOf(row: SalesforceRow, path: string): number | null {
  const value = fieldOf(row, path);
  return typeof value === "string" ? parseTime(value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")) : null;
}

function fieldOf(row: SalesforceRow, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
    return Object.entries(value).find(([key]) => key === name)?.[1];
  }, row);
}
