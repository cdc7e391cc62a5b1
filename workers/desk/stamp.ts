// Tells an open page whether its list has changed, without sending the list. Rule: two lists of the same actions in the
// same versions have the same stamp, on the page and as the ETag of the API.
import type { ActionSnapshot } from "#contract/action-state.ts";
import { sha256Hex } from "#runtime/digest.ts";

export async function stampOf(snapshots: readonly ActionSnapshot[]): Promise<string> {
  const versions = snapshots.map(({ action, version }) => `${action.action_id}:${version}`);
  return (await sha256Hex(versions.join(","))).slice(0, 16);
}
