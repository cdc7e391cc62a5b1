// enroll_sequence in Apollo: the contact joins the sequence, sent from the rep's mail account. Apollo can't be asked who
// is in a sequence, but it skips a contact who is in it already, so adding again after an attempt of unknown end is safe.
import { createApollo } from "#connectors/apollo.ts";
import { mapped } from "#connectors/typed-answer.ts";
import { type Added, enrollment } from "./enrollment.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "APOLLO_API_KEY";
const ALREADY_IN_IT = "contacts_already_exists_in_current_campaign";

export const enrollSequenceApollo = enrollment("apollo", SECRET, (ports, correlationId) => {
  const needed = neededSettings(ports.settings, ["APOLLO_API_URL", SECRET]);
  if (!needed.ok) return needed;
  const apollo = createApollo({ apiUrl: needed.values.APOLLO_API_URL, apiKey: needed.values[SECRET] }, ports);
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
