// Everything that a fresh sandbox holds: the records of the samples, and the book of business around them in both CRMs.
import type { Seed } from "../put-record.ts";
import { seed } from "../seed.ts";
import { book } from "./book.ts";
import { hubspotRecords } from "./hubspot-records.ts";
import { salesforceRecords } from "./salesforce-records.ts";

/** As of `now` (epoch ms), in the order in which it has to be put. */
export function sampleBook(now: number): Seed[] {
  const whole = book();
  return [...seed(now), ...hubspotRecords(whole, now), ...salesforceRecords(whole, now)];
}
