// What the passing of time does: releases or expires pending actions whose time to live ended, and takes back leases
// that ended without a report. Rules: nothing due stays as it is, whatever woke the object; an action whose lease
// ended is not published again, because the message that was claimed is still on its queue.

import { BY_ALARM } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, type Telling, workOn } from "./deal-state.ts";

/** `clock` in milliseconds. */
export function wake(deal: DealState, clock: number): Decided<void> {
  const work = workOn(deal, clock);
  for (const record of work.all()) {
    work.apply(record, { kind: "due" }, timeoutStep);
    work.apply(record, { kind: "lease_end" }, ({ snapshot }) => ({
      step: "released",
      summary: `The run of the ${actionTitle(snapshot.action)} ended without a report; the next one asks what it did.`,
      actor: BY_ALARM,
    }));
  }
  return work.finish(undefined);
}

function timeoutStep({ snapshot }: ActionRecord): Telling {
  const title = `Nobody decided on the ${actionTitle(snapshot.action)} in time`;
  if (snapshot.state === "released") {
    return { actor: BY_ALARM, step: "released", summary: `${title}; it runs unattended.` };
  }
  return { actor: BY_ALARM, step: "expired", summary: `${title}; it expired.` };
}
