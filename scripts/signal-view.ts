// What the desk's API says of one signal, read the way any client of it would read it.
import * as z from "zod";
import { ActionSnapshot } from "#contract/action-state.ts";
import { Fate } from "#contract/audit-step.ts";

export const SignalView = z.object({
  signal: z.object({ signal_id: z.string(), event: z.string(), fate: Fate }),
  /** Oldest first. */
  trail: z.array(
    z.object({ event_id: z.string(), at: z.string(), layer: z.string(), step: z.string(), summary: z.string() }),
  ),
  actions: z.array(ActionSnapshot),
});
export type SignalView = z.infer<typeof SignalView>;

/** Null while the desk does not know the signal, or can't say. */
export async function readSignal(baseUrl: string, signalId: string): Promise<SignalView | null> {
  try {
    const response = await fetch(`${baseUrl}/api/signals/${signalId}`, { signal: AbortSignal.timeout(10_000) });
    return response.ok ? SignalView.parse(await response.json()) : null;
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    return null;
  }
}

const MOVING_STATES = ["proposed", "released", "executing", "compensating"];

/** True when nothing more happens to the signal by itself, or nothing before a person decides. */
export function isAtRest({ signal, actions }: SignalView): boolean {
  return signal.fate !== "in_progress" && !actions.some(({ state }) => MOVING_STATES.includes(state));
}

/** True when a person is asked. */
export function isPending({ actions }: SignalView): boolean {
  return actions.some(({ state }) => state === "pending");
}

/** What became of the signal, a line for each thing worth knowing. `clock` shows an instant as a time of day. */
export function outcomeOf({ signal, actions }: SignalView, clock: (instant: string) => string): string[] {
  if (signal.fate === "no_action") return ["needed nothing"];
  if (actions.length === 0) return [signal.fate.replaceAll("_", " ")];
  return actions.map(({ action, state, due_at, effect, error }) => {
    const what = action.type.replaceAll("_", " ");
    if (state === "pending" && due_at !== null && action.approval !== "auto") {
      const then = action.approval.on_timeout === "execute" ? "runs by itself" : "expires";
      return `${what} waits for ${action.owner?.email ?? "anybody"}; ${then} at ${clock(due_at)}`;
    }
    return `${what} ${state.replaceAll("_", " ")}${effect === null ? "" : `: ${effect.summary}`}${error === null ? "" : `: ${error}`}`;
  });
}
