// enroll_sequence in Outreach: a sequence state for the prospect, sent from the rep's mailbox. Once, because Outreach
// keeps one open state for a prospect and a sequence.
import { createOutreach } from "#connectors/outreach.ts";
import { outreachAccessToken } from "#connectors/outreach-token.ts";
import { mapped } from "#connectors/typed-answer.ts";
import { enrollment } from "./enrollment.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "OUTREACH_REFRESH_TOKEN";
const SETTINGS = ["OUTREACH_API_URL", "OUTREACH_CLIENT_ID", "OUTREACH_CLIENT_SECRET", SECRET] as const;

export const enrollSequenceOutreach = enrollment("outreach", SECRET, (ports, correlationId) => {
  const needed = neededSettings(ports.settings, SETTINGS);
  if (!needed.ok) return needed;
  const { values } = needed;
  const apiUrl = values.OUTREACH_API_URL;
  const login = {
    apiUrl,
    clientId: values.OUTREACH_CLIENT_ID,
    clientSecret: values.OUTREACH_CLIENT_SECRET,
    refreshToken: values.OUTREACH_REFRESH_TOKEN,
  };
  const accessToken = outreachAccessToken(login, ports.accessTokens, ports);
  const outreach = createOutreach({ apiUrl, accessToken }, ports);
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
