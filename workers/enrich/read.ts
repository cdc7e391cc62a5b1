// From an answered call to what a CRM offers: a fact or a failure, and the gap that a missing part leaves. Rule: unknown
// is null in the context and named here, so that nobody takes "not known" for "none".
import type { CallResult } from "#runtime/http.ts";
import type { Gap, Read } from "./providers/provider.ts";

/** A missing record is a fact, as is what `map` makes null of; every other failure stays one. */
export function readOf<From, To>(answer: CallResult<From>, map: (value: From) => To | null): Read<To> {
  if (!answer.ok && answer.failure.kind !== "not_found") return { kind: "failed", failure: answer.failure };
  const value = answer.ok ? map(answer.value) : null;
  return value === null ? { kind: "gone" } : { kind: "found", value };
}

export function mapRead<From, To>(read: Read<From>, map: (value: From) => To): Read<To> {
  return read.kind === "found" || read.kind === "merged" ? { ...read, value: map(read.value) } : read;
}

/** What was read, under whatever id it lives now; null when there is nothing. */
export function recordIn<Value>(read: Read<Value> | null): Value | null {
  return read !== null && (read.kind === "found" || read.kind === "merged") ? read.value : null;
}

/** The gap that an optional read leaves; none for one that went well or was not needed. `title` is the CRM's name. */
export function gapOf(missing: string, read: Read<unknown> | null, title: string): Gap[] {
  if (read?.kind === "gone") return [{ missing, reason: `not found in ${title} (deleted, merged or deactivated)` }];
  if (read?.kind !== "failed") return [];
  return [{ missing, reason: read.failure.reason, failure: read.failure }];
}
