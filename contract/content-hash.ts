// The content hash of an action: what a person saw is what goes out. `decide` stamps it, the Deal object stamps it
// anew on an edit, and an approval must name it. Rule: same type, target and params give the same hash, whatever
// the order of keys.
import { canonicalJson } from "#runtime/canonical-json.ts";
import { sha256Hex } from "#runtime/digest.ts";
import type { ActionContent } from "./action.ts";

/** SHA-256 over the canonical JSON of {type, target, params}, as 64 hex digits. */
export function contentHash(content: ActionContent): Promise<string> {
  return sha256Hex(canonicalJson({ type: content.type, target: content.target, params: content.params }));
}
