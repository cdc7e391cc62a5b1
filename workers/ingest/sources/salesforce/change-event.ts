// Change Data Capture: one event for the same change of one or several records in one transaction, read as one signal
// for each record. Rule: an event that names no record (a wildcard `001*`, or the zeros of an overflow) is ignored by
// its name, because a signal needs something to be about.
// Source of the format: developer.salesforce.com, Change Data Capture Developer Guide, "Change Event Message Structure".
import * as z from "zod";
import { instantOf } from "../instant.ts";
import { bodyErrors } from "../json.ts";
import type { Reading } from "../source.ts";
import { fieldsOf } from "./fields.ts";
import { draftOf, type RecordChange } from "./record-change.ts";
import { recordIdOf } from "./record-id.ts";

const HEADER = "ChangeEventHeader";

/** GAP events tell that something changed, and nothing else: Salesforce could not build the event (its limits). */
const KINDS: ReadonlyMap<string, RecordChange["kind"]> = new Map([
  ["CREATE", "created"],
  ["UPDATE", "updated"],
  ["DELETE", "deleted"],
  ["UNDELETE", "restored"],
  ["GAP_CREATE", "unseen"],
  ["GAP_UPDATE", "unseen"],
  ["GAP_DELETE", "unseen"],
  ["GAP_UNDELETE", "unseen"],
]);

const Name = z.string().regex(/^[A-Za-z]\w{0,99}$/, "expected an API name");
/** Worth keeping, not worth refusing an event for. */
const Detail = z.string().nullish().catch(null);
/** What is no field name is the bitmap of the Pub/Sub API, which only its own client can read. */
const FieldNames = z
  .array(z.unknown())
  .transform((names) => names.filter((name) => typeof name === "string" && /^[A-Za-z][\w.]{0,199}$/.test(name)))
  .pipe(z.array(z.string()))
  .nullish()
  .catch(null);

const Header = z.object({
  entityName: Name,
  changeType: z.string().regex(/^[A-Z_]{1,40}$/, "expected a change type, like UPDATE"),
  recordIds: z.array(z.string()).min(1),
  transactionKey: z.string().min(1).max(200),
  sequenceNumber: z.union([z.int(), z.string().regex(/^\d{1,20}$/)], { error: "expected a number" }).transform(String),
  commitTimestamp: z.unknown().refine((time) => time === undefined || instantOf(time) !== null, "expected a time"),
  commitUser: Detail,
  changeOrigin: Detail,
  changedFields: FieldNames,
  nulledFields: FieldNames,
  diffFields: FieldNames,
});
type Header = z.infer<typeof Header>;

/** A payload with a header is a change event, whatever else it is. */
export function isChangeEvent(payload: object): boolean {
  return Object.hasOwn(payload, HEADER);
}

/** `pointer` is the payload's; `raw` is the whole event as it arrived. */
export function readChangeEvent(payload: object, pointer: string, raw: unknown, receivedAt: string): Reading[] {
  const parsed = z.object({ [HEADER]: Header }).safeParse(payload);
  if (!parsed.success) {
    const [{ pointer: at, detail }] = bodyErrors(parsed.error, pointer);
    return [{ kind: "invalid", pointer: at, reason: detail, raw }];
  }
  const header = parsed.data[HEADER];
  const kind = KINDS.get(header.changeType);
  if (kind === undefined) return [{ kind: "ignored", name: `${header.entityName}.${header.changeType}` }];
  return header.recordIds.map((given, index): Reading => {
    if (namesNoRecord(given)) return { kind: "ignored", name: `${header.entityName}.${header.changeType}.${given}` };
    const recordId = recordIdOf(given);
    if (recordId === null) {
      const reason = "expected a record id of 15 or 18 characters";
      return { kind: "invalid", pointer: `${pointer}/${HEADER}/recordIds/${index}`, reason, raw };
    }
    const change = changeOf(header, kind, recordId, payload);
    return { kind: "signal", draft: draftOf(change, receivedAt), pointer, raw };
  });
}

function changeOf(header: Header, kind: RecordChange["kind"], recordId: string, payload: object): RecordChange {
  const { entityName, transactionKey, sequenceNumber, changeOrigin, commitUser } = header;
  const fields = new Map(fieldsOf(payload, [HEADER]));
  for (const name of header.nulledFields ?? []) fields.set(name, null);
  // A long text comes as the difference to the old one, which is no value.
  for (const name of header.diffFields ?? []) fields.delete(name);
  return {
    object: entityName,
    recordId,
    kind,
    changed: kind === "updated" ? [...new Set([...(header.changedFields ?? []), ...(header.nulledFields ?? [])])] : [],
    fields,
    changedBy: changeOrigin ?? null,
    facts: {
      change_type: header.changeType,
      change_origin: changeOrigin,
      commit_user: commitUser,
      transaction_key: transactionKey,
      refetch: kind === "unseen" ? true : undefined,
    },
    occurredAt: header.commitTimestamp,
    identity: ["change", transactionKey, sequenceNumber, entityName, recordId],
  };
}

/** `001*` for all of a kind at once; fifteen zeros where an overflow was too large to name any. */
function namesNoRecord(id: string): boolean {
  return /^[0-9A-Za-z]{3}\*$/.test(id) || /^0{15}(AAA)?$/.test(id);
}
