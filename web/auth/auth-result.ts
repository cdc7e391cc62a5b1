// Every way in which asking "who is this?" can end. Rule: fail closed; what is not proven is not signed in.
import type { Identity } from "./identity.ts";

export type AuthRefusal =
  /** A setting is missing or wrong; `reason` names it. 503. */
  | { ok: false; code: "not_configured"; reason: string }
  /** Local mode asked for from another host than this machine. 403. */
  | { ok: false; code: "not_local"; reason: string }
  /** No proof, or one that does not hold. 401. */
  | { ok: false; code: "unproven"; reason: string }
  /** Local mode without a session: the sign-in page helps. 401 for the API. */
  | { ok: false; code: "signed_out"; reason: string }
  /** Proven, but nobody here; `reason` says whom to ask. 403. */
  | { ok: false; code: "unknown_person"; reason: string }
  /** The keys that prove a token can't be fetched. 503, try again. */
  | { ok: false; code: "keys_unavailable"; reason: string };

/** A proven address, in lower case; who that is here is another question. */
export type Proof = { ok: true; email: string } | AuthRefusal;

export type AuthResult = { ok: true; identity: Identity } | AuthRefusal;

export const AUTH_STATUS = {
  not_configured: 503,
  not_local: 403,
  unproven: 401,
  signed_out: 401,
  unknown_person: 403,
  keys_unavailable: 503,
} as const satisfies Record<AuthRefusal["code"], number>;
