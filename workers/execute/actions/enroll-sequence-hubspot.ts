// enroll_sequence in HubSpot: the contact, in one of the sender's sequences. HubSpot has no key for it and keeps a contact
// in one sequence at a time, so it is asked first, and by its refusal again.
import { createHubspot } from "#connectors/hubspot.ts";
import { EnrollSequence } from "#contract/action.ts";
import { setting } from "#runtime/setting.ts";
import { actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";

const SECRET = "HUBSPOT_ACCESS_TOKEN";
/** HubSpot stamps with its own clock, which may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

export const enrollSequenceHubspot = actionAdapter(EnrollSequence, "hubspot", async (params, attempt, ports) => {
  const token = setting(SECRET, ports.settings[SECRET]);
  if (!token.ok) return { kind: "credentials", reason: token.reason };
  const contactId = /^hubspot:(\d{1,20})$/.exec(params.contact_id)?.[1];
  if (contactId === undefined) {
    return { kind: "rejected", reason: `${params.contact_id} is not a HubSpot contact; expected hubspot:<id>` };
  }
  const { HUBSPOT_API_URL: apiUrl, HUBSPOT_API_VERSION: apiVersion } = ports.settings;
  const hubspot = createHubspot({ apiUrl, apiVersion, accessToken: token.value }, ports);
  const { sequence_id: sequenceId, sender: senderEmail } = params;
  const purpose = attempt.maybeDone ? "lookup" : "preparation";
  const executed = (id: string, how: string): ActionOutcome => {
    const at = new Date(ports.now()).toISOString();
    const summary = `${how} HubSpot sequence ${sequenceId}`;
    return { kind: "executed", effect: { external_id: id, url: null, summary, at, undo: null } };
  };
  /** What the contact's present sequence makes of this attempt, or null when it is in none. */
  const settled = async (): Promise<ActionOutcome | null> => {
    const found = await hubspot.enrolmentOf(contactId, attempt.correlationId);
    if (!found.ok) return callFailed(found.failure, purpose, SECRET);
    if (found.value === null) return null;
    const { id, sequenceId: present, enrolledAt } = found.value;
    const isSince = Date.parse(enrolledAt ?? "") >= attempt.releasedAtMs - CLOCK_SKEW_MS;
    // Not every version of the API names the sequence; what began since the release is taken for ours.
    const isOurs = attempt.maybeDone && isSince && (present ?? sequenceId) === sequenceId;
    if (isOurs) return executed(id, "enrolled in");
    if (present === sequenceId) return executed(id, "the contact was already in");
    const reason = `the contact is in HubSpot sequence ${present ?? "(not named)"} already; HubSpot keeps one in one sequence at a time`;
    return { kind: "rejected", reason };
  };

  const before = await settled();
  if (before !== null) return before;
  const user = await hubspot.userIdByEmail(senderEmail, attempt.correlationId);
  if (!user.ok) return callFailed(user.failure, purpose, SECRET);
  if (user.value === null) {
    return {
      kind: "rejected",
      reason: "no HubSpot user has the sender's address; connect their inbox, then replay this",
    };
  }
  const enrolment = { userId: user.value, sequenceId, contactId, senderEmail };
  const enrolled = await hubspot.enrol(enrolment, attempt.correlationId);
  if (enrolled.ok) return executed(enrolled.value.id, "enrolled in");
  if (enrolled.failure.kind === "rejected" && enrolled.failure.status === 409)
    return (await settled()) ?? rejectedBy(enrolled.failure.reason);
  return callFailed(enrolled.failure, "effect", SECRET);
});

function rejectedBy(reason: string): ActionOutcome {
  return { kind: "rejected", reason };
}
