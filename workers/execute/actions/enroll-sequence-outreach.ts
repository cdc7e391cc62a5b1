// enroll_sequence in Outreach: a sequence state for the prospect, sent from the rep's mailbox. Once, because Outreach
// keeps one open state for a prospect and a sequence.
import { mapped } from "#connectors/typed-answer.ts";
import { enrollment } from "./enrollment.ts";
import { outreachOf } from "./outreach-client.ts";

export const enrollSequenceOutreach = enrollment("outreach", "OUTREACH_REFRESH_TOKEN", (ports, correlationId) => {
  const connected = outreachOf(ports);
  if (!connected.ok) return connected;
  const { outreach } = connected;
  return {
    ok: true,
    system: {
      words: { system: "Outreach", sequence: "sequence", person: "prospect" },
      personByEmail: (email) => outreach.prospectByEmail(email, correlationId),
      senderByEmail: (email) => outreach.mailboxByEmail(email, correlationId),
      find: async (personId, sequenceId) =>
        mapped(
          await outreach.stateOf(personId, sequenceId, correlationId),
          (state) => state && { id: state.id, atMs: state.createdAtMs },
        ),
      add: async ({ personId, sequenceId, senderId }) => {
        const enrolment = { prospectId: personId, sequenceId, mailboxId: senderId };
        return mapped(await outreach.addToSequence(enrolment, correlationId), ({ id }) => ({ kind: "added", id }));
      },
      remove: (id) => outreach.finish(id, correlationId),
    },
  };
});
