// The read model is about five seconds behind. So that a rep who has just decided does not see the old state, the page
// remembers what was decided in the last half minute (a cookie of ids) and reads those actions from their Deal objects.
import * as z from "zod";
import { ActionId } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { currentAction, type DecidePorts } from "../decide-action.ts";

/** Far longer than the read model lags. */
const REMEMBER_SECONDS = 30;
/** One RPC each on the next page, so only the last few. */
const REMEMBER_ACTIONS = 20;

const Remembered = z
  .string()
  .transform((text) => text.split("."))
  .pipe(z.array(ActionId).max(REMEMBER_ACTIONS));

/** `__Host-` binds it to the host, which browsers keep for https alone. */
export function decidedCookieName(url: string): string {
  return url.startsWith("https:") ? "__Host-dealwire-decided" : "dealwire-decided";
}

/** Ids that the cookie names, newest first; none when it is missing or not ours. */
export function rememberedIds(cookie: string | undefined): readonly string[] {
  const parsed = Remembered.safeParse(cookie);
  return parsed.success ? parsed.data : [];
}

/** The whole Set-Cookie value that adds actions. */
export function rememberCookie(url: string, decided: readonly string[], remembered: readonly string[]): string {
  const ids = [...new Set([...decided, ...remembered])].slice(0, REMEMBER_ACTIONS);
  const secure = url.startsWith("https:") ? "; Secure" : "";
  const name = decidedCookieName(url);
  return `${name}=${ids.join(".")}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${REMEMBER_SECONDS}${secure}`;
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

type Lists = {
  pending: readonly ActionSnapshot[];
  /** Of which nobody knows whether they happened. */
  unsure: readonly ActionSnapshot[];
  settled: readonly ActionSnapshot[];
};

/** The lists of the page with the fresh snapshots in the place of the stale ones. */
export function withFresh(lists: Lists, fresh: ReadonlyMap<string, ActionSnapshot>): Lists {
  const newest = (listed: ActionSnapshot) => {
    const known = fresh.get(listed.action.action_id);
    return known !== undefined && known.version > listed.version ? known : listed;
  };
  const pending = lists.pending.map(newest).filter(({ state }) => state === "pending");
  const unsure = lists.unsure.map(newest).filter(({ state }) => state === "unknown");
  const justSettled = [...fresh.values()].filter(({ state }) => state !== "pending" && state !== "unknown");
  const others = lists.settled.filter(({ action }) => !fresh.has(action.action_id));
  return { pending, unsure, settled: [...justSettled, ...others] };
}
