// Who logs in, as pure functions over the tokens of one system. Rule: one login at a time for an account; whoever was
// told to log in and did not come back in time loses the turn.
import type { SharedToken, TokenAnswer } from "#contract/upstream.ts";

type Account = { token: string | null; expiresAt: number; loginUntil: number };
export type Tokens = ReadonlyMap<string, Account>;

/** A token is not handed out so late that it could expire on its way. */
const RENEW_BEFORE_MS = 60_000;
/** Longer than a login's timeout. */
const LOGIN_MS = 8_000;
const WAIT_MS = 250;
/** A deployment has as many accounts as reps; beyond this the oldest is forgotten, which costs a login. */
const MAX_ACCOUNTS = 2_000;

const NONE: Account = { token: null, expiresAt: 0, loginUntil: 0 };

export function askToken(
  tokens: Tokens,
  account: string,
  refused: string | null,
  now: number,
): { tokens: Tokens; answer: TokenAnswer } {
  const kept = tokens.get(account) ?? NONE;
  if (kept.token !== null && kept.token !== refused && kept.expiresAt - RENEW_BEFORE_MS > now) {
    return { tokens, answer: { kind: "token", token: kept.token, valid_ms: kept.expiresAt - now } };
  }
  if (kept.loginUntil > now) return { tokens, answer: { kind: "wait", ms: WAIT_MS } };
  const turn = { token: null, expiresAt: 0, loginUntil: now + LOGIN_MS };
  return { tokens: withAccount(tokens, account, turn), answer: { kind: "login" } };
}

/** Keeps what a login gave. After a failed one the next who asks tries. */
export function keepToken(tokens: Tokens, account: string, given: SharedToken | null, now: number): Tokens {
  if (given === null) return withAccount(tokens, account, { ...(tokens.get(account) ?? NONE), loginUntil: 0 });
  return withAccount(tokens, account, { token: given.token, expiresAt: now + given.valid_ms, loginUntil: 0 });
}

function withAccount(tokens: Tokens, account: string, state: Account): Tokens {
  const next = new Map(tokens);
  next.delete(account);
  next.set(account, state);
  const [oldest] = next.keys();
  if (next.size > MAX_ACCOUNTS && oldest !== undefined) next.delete(oldest);
  return next;
}
