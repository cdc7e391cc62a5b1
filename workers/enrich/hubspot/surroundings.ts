// What hangs on a deal in HubSpot: owner, contacts with their labels, tasks. Rule: side by side and in as few calls as
// the API allows; each part may be missing on its own.
import type { Hubspot } from "#connectors/hubspot.ts";
import { associated, type HubspotOwner, type HubspotRecord } from "#connectors/hubspot-records.ts";
import type { CallResult } from "#runtime/http.ts";
import type { Asker, Read } from "../providers/provider.ts";

/** The contract takes 100 contacts and 100 open tasks, which is also what one batch/read answers. */
export const MAX_READ = 100;

const CONTACT_PROPERTIES = ["firstname", "lastname", "email", "jobtitle", "hs_email_optout"];
const TASK_PROPERTIES = ["hs_task_subject", "hs_task_status", "hs_timestamp"];

export type Surroundings = {
  /** Null when nobody owns the deal. */
  owner: Read<HubspotOwner> | null;
  contacts: CallResult<HubspotRecord[]>;
  /** Labels by contact id. */
  labels: CallResult<ReadonlyMap<string, readonly string[]>>;
  tasks: CallResult<HubspotRecord[]>;
};

type ReadOwner = (id: string, asker: Asker) => Promise<Read<HubspotOwner>>;

export async function readSurroundings(
  hubspot: Hubspot,
  readOwner: ReadOwner,
  deal: HubspotRecord,
  asker: Asker,
): Promise<Surroundings> {
  const trace = asker.correlationId;
  const ownerId = deal.properties.hubspot_owner_id;
  const contactIds = associated(deal, "contacts").ids.slice(0, MAX_READ);
  const [owner, contacts, labels, tasks] = await Promise.all([
    ownerId ? readOwner(ownerId, asker) : null,
    hubspot.batchRead("contacts", contactIds, CONTACT_PROPERTIES, trace),
    contactIds.length === 0 ? NO_LABELS : hubspot.contactLabels(deal.id, trace),
    hubspot.batchRead("tasks", newestTasks(deal), TASK_PROPERTIES, trace),
  ]);
  return { owner, contacts, labels, tasks };
}

const NO_LABELS: Surroundings["labels"] = { ok: true, value: new Map(), status: 200, headers: new Headers() };

/** The newest tasks by id, which HubSpot counts upwards: what is still open is rarely the oldest. */
function newestTasks(deal: HubspotRecord): string[] {
  const byAge = associated(deal, "tasks").ids.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return byAge.slice(-MAX_READ);
}
