// enroll_sequence in Salesloft: a membership of the person on the cadence, run by the rep's user. Once, because
// Salesloft keeps one membership for a person and a cadence.
import { mapped } from "#connectors/typed-answer.ts";
import { enrollment } from "./enrollment.ts";
import { salesloftOf } from "./salesloft-client.ts";

export const enrollSequenceSalesloft = enrollment("salesloft", "SALESLOFT_API_KEY", (ports, correlationId) => {
  const connected = salesloftOf(ports);
  if (!connected.ok) return connected;
  const { salesloft } = connected;
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
