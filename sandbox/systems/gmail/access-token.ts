// Google's access tokens: what the token endpoint grants and the Gmail API checks. A token is good for one mailbox
// and the scopes it was asked for, for an hour.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";

const Grant = z.object({
  /** The mailbox (`sub`), or the service account itself when no person was named. */
  subject: z.string(),
  scopes: z.array(z.string()),
  /** Epoch milliseconds. */
  expires_at: z.number(),
});

const PREFIX = "https://www.googleapis.com/auth/";
/** What the domain's administrator has delegated to the service account. */
export const DELEGATED_SCOPES: readonly string[] = ["gmail.compose", "gmail.readonly", "gmail.modify"].map(
  (name) => PREFIX + name,
);

/** Drafts are open to all three scopes, reading messages is not part of gmail.compose. */
export const MAY_WRITE_DRAFTS = [`${PREFIX}gmail.compose`, `${PREFIX}gmail.modify`];
export const MAY_READ_DRAFTS = [...DELEGATED_SCOPES];
export const MAY_READ_MESSAGES = [`${PREFIX}gmail.readonly`, `${PREFIX}gmail.modify`];

/** The grants by token. They are kept under `google`, which no page or state shows. */
export function grants({ store }: Pick<Deps, "store">) {
  return collection(store, "google", "tokens", Grant);
}
