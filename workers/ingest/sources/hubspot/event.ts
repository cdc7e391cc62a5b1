// The fields of a HubSpot event that we read. Tolerant: what is unknown is dropped, what only adds detail may be
// missing or odd, and ids come as numbers or as text. Rule: an id is text from here on, digit for digit.
import * as z from "zod";

/** The last millisecond of the year 9999; later ones have no four-digit year. */
const MAX_EPOCH_MS = 253_402_300_799_999;

const Id = z
  .union([z.int().nonnegative(), z.string().regex(/^[^\s]{1,100}$/)], { error: "expected an id: digits or text" })
  .transform(String);

const EpochMs = z
  .union(
    [
      z.int(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ],
    { error: "expected milliseconds since 1970" },
  )
  .pipe(z.int().min(0).max(MAX_EPOCH_MS));

const Text = z.union([z.string(), z.number(), z.boolean()], { error: "expected text" }).transform(String);
const Flag = z.boolean().nullish();
/** Worth keeping, not worth refusing an event for. */
const Detail = Text.nullish().catch(null);
const TypeId = z
  .string()
  .regex(/^\d{1,3}-\d{1,20}$/)
  .nullish()
  .catch(null);

export const HubspotEvent = z.object({
  eventId: Id,
  portalId: Id.nullish(),
  /** Missing in stored copies of old deliveries. */
  occurredAt: EpochMs.nullish(),
  objectId: Id.nullish(),
  objectTypeId: TypeId,
  changeSource: Detail,
  sourceId: Detail,
  propertyName: z.string().min(1).max(200).nullish(),
  propertyValue: Text.nullish(),
  /** Whatever else stands here, hiding a value is the safe side. */
  isSensitive: Flag.catch(true),
  primaryObjectId: Id.nullish(),
  newObjectId: Id.nullish(),
  mergedObjectIds: z.array(Id).nullish(),
  fromObjectId: Id.nullish(),
  fromObjectTypeId: TypeId,
  toObjectId: Id.nullish(),
  toObjectTypeId: TypeId,
  associationType: Detail,
  associationRemoved: Flag,
  messageId: Detail,
  messageType: Detail,
});
export type HubspotEvent = z.infer<typeof HubspotEvent>;

const Typed = z.union([
  z.object({ subscriptionType: z.string().min(1) }).transform((event) => event.subscriptionType),
  z.object({ eventType: z.string().min(1) }).transform((event) => event.eventType),
]);

/** The subscription type: live deliveries call it `subscriptionType`, HubSpot's own samples `eventType`. */
export function subscriptionTypeOf(raw: unknown): string | null {
  return Typed.safeParse(raw).data ?? null;
}
