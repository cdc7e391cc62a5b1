// Puts what was taken of a request on its queues. Rule: signals first: a trail without its signal would wait for ever,
// a signal whose step is late is only redelivered.
import type { Publish } from "#runtime/publish.ts";
import type { Intake } from "./intake.ts";
import type { Source } from "./sources/source.ts";

/** Null when the queues took everything, else what the platform said. Never throws. */
export async function publishIntake(intake: Intake, lane: Source["lane"], publish: Publish): Promise<string | null> {
  try {
    await publish(lane, intake.signals);
    await publish("audit", intake.steps);
    await publish("erasures", intake.erasures);
    await publish("signals-dead", intake.dead);
    return null;
  } catch (error) {
    return String(error);
  }
}
