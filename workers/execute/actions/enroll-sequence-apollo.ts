// enroll_sequence in Apollo: the contact joins the sequence, sent from the rep's mail account. Apollo can't be asked who
// is in a sequence, but it skips a contact who is in it already, so adding again after an attempt of unknown end is safe.
import { mapped } from "#connectors/typed-answer.ts";
import { apolloOf } from "./apollo-client.ts";
import { type Added, enrollment } from "./enrollment.ts";

const ALREADY_IN_IT = "contacts_already_exists_in_current_campaign";

export const enrollSequenceApollo = enrollment("apollo", "APOLLO_API_KEY", (ports, correlationId) => {
  const connected = apolloOf(ports);
  if (!connected.ok) return connected;
  const { apollo } = connected;
  return {
    ok: true,
    system: {
      words: { system: "Apollo", sequence: "sequence", person: "contact" },
      personByEmail: (email) => apollo.contactByEmail(email, correlationId),
      senderByEmail: (email) => apollo.emailAccount(email, correlationId),
      find: null,
      add: async ({ personId, sequenceId, senderId }) => {
        const enrolment = { sequenceId, contactId: personId, emailAccountId: senderId };
        return mapped(await apollo.addToSequence(enrolment, correlationId), (answer): Added => {
          const id = `${sequenceId}/${personId}`;
          if (answer.added) return { kind: "added", id };
          if (answer.skipped === ALREADY_IN_IT) return { kind: "was_there", id };
          return { kind: "refused", reason: `Apollo skipped the contact: ${answer.skipped}` };
        });
      },
      remove: (id) => {
        const [sequenceId = "", contactId = ""] = id.split("/");
        return apollo.removeFromSequence(sequenceId, contactId, correlationId);
      },
    },
  };
});
