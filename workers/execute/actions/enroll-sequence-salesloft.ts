// enroll_sequence in Salesloft: a membership of the person on the cadence, run by the rep's user. Once, because
// Salesloft keeps one membership for a person and a cadence.
import { createSalesloft } from "#connectors/salesloft.ts";
import { mapped } from "#connectors/typed-answer.ts";
import { enrollment } from "./enrollment.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "SALESLOFT_API_KEY";

export const enrollSequenceSalesloft = enrollment("salesloft", SECRET, (ports, correlationId) => {
  const needed = neededSettings(ports.settings, ["SALESLOFT_API_URL", SECRET]);
  if (!needed.ok) return needed;
  const settings = { apiUrl: needed.values.SALESLOFT_API_URL, apiKey: needed.values[SECRET] };
  const salesloft = createSalesloft(settings, ports);
  return {
    ok: true,
    system: {
      words: { system: "Salesloft", sequence: "cadence", person: "person" },
      personByEmail: (email) => salesloft.personByEmail(email, correlationId),
      senderByEmail: (email) => salesloft.userByEmail(email, correlationId),
      find: async (personId, cadenceId) =>
        mapped(
          await salesloft.membershipOf(personId, cadenceId, correlationId),
          (membership) => membership && { id: membership.id, atMs: membership.addedAtMs },
        ),
      add: async ({ personId, sequenceId, senderId }) => {
        const membership = { personId, cadenceId: sequenceId, userId: senderId };
        return mapped(await salesloft.addToCadence(membership, correlationId), ({ id }) => ({ kind: "added", id }));
      },
      remove: (id) => salesloft.removeMembership(id, correlationId),
    },
  };
});
