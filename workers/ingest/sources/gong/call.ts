// The fields of a Gong call that we read. Tolerant: Gong adds fields without notice, so what is unknown is dropped and
// what only adds detail may be missing or odd. Rule: an id is text, digit for digit; Gong's are beyond 2^53.
// Source of the format: help.gong.io, "Payload sent to webhooks".
import * as z from "zod";

const Id = z
  .union([z.int().nonnegative(), z.string().regex(/^\S{1,100}$/)], { error: "expected an id" })
  .transform(String);
/** Worth keeping, not worth refusing a call for. */
const Text = z.union([z.string(), z.number()]).transform(String).nullish().catch(null);
const Amount = z.coerce.number().min(0).max(1e9).nullish().catch(null);
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item.nullable().catch(null)).nullish().catch(null);

const CrmObject = z.object({ objectType: z.string(), objectId: Id });
const Context = listOf(z.object({ system: z.string(), objects: listOf(CrmObject) }));

const Party = z.object({
  name: Text,
  emailAddress: Text,
  title: Text,
  /** `Internal`, `External` or `Unknown`. */
  affiliation: Text,
  context: Context,
});

const Tracker = z.object({
  name: z.string(),
  count: Amount,
  phrases: listOf(z.object({ phrase: z.string(), count: Amount })),
});

export const GongCall = z.object({
  metaData: z.object({
    id: Id,
    url: Text,
    title: Text,
    started: Text,
    scheduled: Text,
    /** In seconds. */
    duration: Amount,
    primaryUserId: Text,
    direction: Text,
    system: Text,
    scope: Text,
    media: Text,
    language: Text,
  }),
  context: Context,
  parties: listOf(Party),
  content: z
    .object({ trackers: listOf(Tracker), topics: listOf(z.object({ name: z.string(), duration: Amount })) })
    .nullish()
    .catch(null),
});
export type GongCall = z.infer<typeof GongCall>;
export type GongContext = z.infer<typeof Context>;
export type GongTracker = z.infer<typeof Tracker>;
export type GongParty = z.infer<typeof Party>;
