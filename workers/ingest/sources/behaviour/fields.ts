// Fields as behaviour events carry them. Rule: an id must be right, because the event is known by it; a detail that is
// odd counts as absent.
import * as z from "zod";
import { instantOf } from "../instant.ts";

/** Longer is no id. An empty one means none. */
const MAX_ID = 1_000;

/** Ids come as text and as numbers. */
export const Id = z
  .union([z.string().max(MAX_ID), z.number()], { error: `expected an id of up to ${MAX_ID} characters` })
  .transform((id) => String(id).trim() || null)
  .nullish()
  .transform((id) => id ?? null);

/** A detail, or null. */
export const Text = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text || null);

/** Whatever object stands there, or an empty one. */
export const Bag = z.record(z.string(), z.unknown()).catch({});

/** A moment as an Instant; null when there is none or it is not one. */
export const Moment = z
  .unknown()
  .optional()
  .transform((value) => instantOf(value));

/** The first of the values that is text. */
export function firstText(...values: readonly unknown[]): string | null {
  return values.find((value): value is string => typeof value === "string" && value !== "") ?? null;
}
