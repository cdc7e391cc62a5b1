// A gap: a part of the context that could not be had, and why. Rule: unknown is null in the context and named here, so
// that nobody takes "not known" for "none".
import type { CallFailure, CallResult } from "#runtime/http.ts";

export type Gap = {
  /** The path in the enriched signal, for example `deal_context.contacts`. */
  missing: string;
  reason: string;
  /** The failed call, where there was one. */
  failure?: CallFailure;
};

/** The gap that a failed optional read leaves; none for a read that went well or was not needed. */
export function gapOf(missing: string, read: CallResult<unknown> | null): Gap[] {
  if (read === null || read.ok) return [];
  const { failure } = read;
  const reason =
    failure.kind === "not_found" ? "not found in HubSpot (deleted, merged or deactivated)" : failure.reason;
  return [{ missing, reason, failure }];
}
