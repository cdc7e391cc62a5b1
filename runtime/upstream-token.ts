// One login for all isolates: the Upstream object keeps the token of an account and says who logs in when there is
// none. Rule: sharing is a saving and never a condition; an isolate that can't reach the object, or waited long enough
// for another's login, logs in by itself. A login that uses up what it logs in with is told which of the two it is.
import type { SharedToken, UpstreamRpc } from "#contract/upstream.ts";
import type { CallResult } from "./http.ts";
import type { Log } from "./log.ts";

/** `renewal` is what the next login needs when each uses up its own (a rotating refresh token), sealed by its maker. */
export type Token = { token: string; expiresAtMs: number; renewal?: string };
/** `renewal` is what the last login left, null when none did, undefined when nobody could be asked. */
export type Login = (renewal: string | null | undefined) => Promise<CallResult<Token>>;

/** `refused` is the token that the system just refused, or null. */
export type ShareToken = (
  system: string,
  account: string,
  refused: string | null,
  login: Login,
) => Promise<CallResult<Token>>;

export type ShareTokenPorts = {
  upstream(system: string): Pick<UpstreamRpc, "token" | "keepToken">;
  now(): number;
  sleep(ms: number): Promise<void>;
  log: Log;
};

/** Together with the waits longer than a login takes. */
const MAX_WAITS = 20;

export function createShareToken(ports: ShareTokenPorts): ShareToken {
  return async (system, account, refused, login) => {
    let renewal: string | null | undefined;
    try {
      for (let waits = 0; waits < MAX_WAITS; waits += 1) {
        const askedAt = ports.now();
        const answer = await ports.upstream(system).token(account, refused);
        if (answer.kind === "token") return found({ token: answer.token, expiresAtMs: askedAt + answer.valid_ms });
        if (answer.kind === "login") {
          renewal = answer.renewal ?? null;
          break;
        }
        await ports.sleep(answer.ms);
      }
    } catch (error) {
      ports.log("warn", "upstream_object_unreachable", { system, reason: String(error) });
    }
    const result = await login(renewal);
    const kept = result.ok ? shared(result.value, ports.now()) : null;
    try {
      await ports.upstream(system).keepToken(account, kept);
    } catch (error) {
      ports.log("warn", "token_not_shared", { system, reason: String(error) });
    }
    return result;
  };
}

function shared({ token, expiresAtMs, renewal }: Token, now: number): SharedToken {
  const valid = { token, valid_ms: Math.max(0, expiresAtMs - now) };
  return renewal === undefined ? valid : { ...valid, renewal };
}

function found(value: Token): CallResult<Token> {
  return { ok: true, value, status: 200, headers: new Headers() };
}
