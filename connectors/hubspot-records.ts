// What HubSpot's CRM answers: records, owners and their associations, as far as dealwire reads them. Rule: tolerant of
// more fields, strict about those that are read; every property value is a string or null, and none is interpreted here.
import * as z from "zod";

const AssociatedId = z.object({ id: z.string(), type: z.string() });

/** One record of any object type. `url` is the record's page in HubSpot, where the API version sends it. */
export const HubspotRecord = z.object({
  id: z.string().regex(/^\d+$/, "expected a numeric record id"),
  properties: z.record(z.string(), z.string().nullable()),
  /** Values of the properties that were asked for with their history, newest first. */
  propertiesWithHistory: z
    .record(z.string(), z.array(z.object({ value: z.string().nullish(), timestamp: z.string() })))
    .nullish(),
  url: z.string().nullish(),
  associations: z
    .record(z.string(), z.object({ results: z.array(AssociatedId), paging: z.object({ next: z.unknown() }).nullish() }))
    .nullish(),
});
export type HubspotRecord = z.infer<typeof HubspotRecord>;

/** Multi-status answers (207) list what was found in `results`; a record that is gone is simply not there. */
export const HubspotRecords = z.object({ results: z.array(HubspotRecord) });

/** Labelled associations; ids are numbers in v4 and texts since the dated versions. */
export const HubspotLinks = z.object({
  results: z.array(
    z.object({
      to: z.array(
        z.object({
          toObjectId: z.union([z.string(), z.int()]).transform(String),
          associationTypes: z.array(z.object({ category: z.string(), label: z.string().nullish() })),
        }),
      ),
    }),
  ),
});

/** `id` is the owner id that records name; `userId` is what sequences want. */
export const HubspotOwner = z.object({
  id: z.string(),
  email: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  userId: z.number().nullish(),
});
export type HubspotOwner = z.infer<typeof HubspotOwner>;

/** A contact's place in a sequence; answers of the enrolment itself leave the sequence out. */
export const HubspotEnrolment = z.object({
  id: z.union([z.string(), z.int()]).transform(String),
  sequenceId: z.union([z.string(), z.int()]).transform(String).nullish(),
  enrolledAt: z.string().nullish(),
});
export type HubspotEnrolment = z.infer<typeof HubspotEnrolment>;

export type Associated = {
  /** Distinct ids, in HubSpot's order. */
  ids: string[];
  /** The one that HubSpot marks as primary, else the first; null when there is none. */
  primary: string | null;
  /** False when HubSpot has more on a further page. */
  complete: boolean;
};

/**
 * The records of `type` that `record` was asked to name. A primary company is listed twice, as `deal_to_company` and
 * as `deal_to_company_unlabeled`; any other only as the latter.
 */
export function associated(record: HubspotRecord, type: string): Associated {
  const list = record.associations?.[type];
  const results = list?.results ?? [];
  const primary = results.find((result) => !result.type.endsWith("_unlabeled")) ?? results[0];
  return {
    ids: [...new Set(results.map(({ id }) => id))],
    primary: primary?.id ?? null,
    complete: list?.paging?.next === undefined || list.paging.next === null,
  };
}
