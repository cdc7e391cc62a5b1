// The read model is about two seconds behind. So that a rep who has just decided does not see the old state, the page
// remembers what was decided in the last half minute (a cookie of ids) and reads those actions from their Deal objects.
import * as z from "zod";
import { ActionId } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { currentAction, type DecidePorts } from "../decide-action.ts";

export const DECIDED_COOKIE = "dealwire-decided";
/** Far longer than the read model lags. */
const REMEMBER_SECONDS = 30;
/** One RPC each on the next page, so only the last few. */
const REMEMBER_ACTIONS = 8;

const Remembered = z
  .string()
  .transform((text) => text.split("."))
  .pipe(z.array(ActionId).max(REMEMBER_ACTIONS));

/** Ids that the cookie names, newest first; none when it is missing or not ours. */
export function rememberedIds(cookie: string | undefined): readonly string[] {
  const parsed = Remembered.safeParse(cookie);
  return parsed.success ? parsed.data : [];
}

/** The whole Set-Cookie value that adds an action. */
export function rememberCookie(actionId: string, remembered: readonly string[]): string {
  const ids = [actionId, ...remembered.filter((id) => id !== actionId)].slice(0, REMEMBER_ACTIONS);
  return `${DECIDED_COOKIE}=${ids.join(".")}; Path=/approvals; HttpOnly; SameSite=Lax; Max-Age=${REMEMBER_SECONDS}`;
}

/** The remembered actions as they are now, by id. One whose object does not answer is left to the read model. */
export async function freshActions(
  ids: readonly string[],
  ports: DecidePorts,
): Promise<ReadonlyMap<string, ActionSnapshot>> {
  const outcomes = await Promise.all(ids.map((id) => currentAction(id, ports)));
  return new Map(
    outcomes.flatMap((outcome) => (outcome.ok ? [[outcome.snapshot.action.action_id, outcome.snapshot]] : [])),
  );
}

/** The two lists of the page with the fresh snapshots in the place of the stale ones. */
export function withFresh(
  lists: { pending: readonly ActionSnapshot[]; settled: readonly ActionSnapshot[] },
  fresh: ReadonlyMap<string, ActionSnapshot>,
): { pending: readonly ActionSnapshot[]; settled: readonly ActionSnapshot[] } {
  const newest = (listed: ActionSnapshot) => {
    const known = fresh.get(listed.action.action_id);
    return known !== undefined && known.version > listed.version ? known : listed;
  };
  const pending = lists.pending.map(newest).filter(({ state }) => state === "pending");
  const justSettled = [...fresh.values()].filter(({ state }) => state !== "pending");
  const others = lists.settled.filter(({ action }) => !fresh.has(action.action_id));
  return { pending, settled: [...justSettled, ...others] };
}
