// Sign-in for an installation on one's own machine, where no Access stands in front. Rule: it answers only when the
// request itself is for this machine, whatever forwarding headers claim, so a leaked AUTH_MODE=local opens nothing.
import { setting } from "#runtime/setting.ts";
import type { AuthRefusal, Proof } from "./auth-result.ts";
import { LOCAL_OPERATOR } from "./identity.ts";
import { readSession } from "./session.ts";

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** The secret that signs sessions, or why local mode does not answer here. */
export function localSecret(url: URL, sessionSecret: string): { ok: true; secret: string } | AuthRefusal {
  if (!LOCAL_HOSTS.includes(url.hostname)) {
    const reason = "AUTH_MODE=local answers on localhost only; behind a public host name set AUTH_MODE=access.";
    return { ok: false, code: "not_local", reason };
  }
  const secret = setting("SESSION_SECRET", sessionSecret);
  return secret.ok ? { ok: true, secret: secret.value } : { ok: false, code: "not_configured", reason: secret.reason };
}

/** `session` is the cookie's value or null. The API without a session acts as the operator, so that curl works. */
export async function authenticateLocal(
  request: { url: URL; session: string | null; isApi: boolean },
  sessionSecret: string,
  now: number,
): Promise<Proof> {
  const local = localSecret(request.url, sessionSecret);
  if (!local.ok) return local;
  if (request.session === null) {
    if (request.isApi) return { ok: true, email: LOCAL_OPERATOR.email };
    return { ok: false, code: "signed_out", reason: "Sign in first." };
  }
  const email = await readSession(request.session, local.secret, now);
  if (email !== null) return { ok: true, email };
  return { ok: false, code: "signed_out", reason: "The session has ended. Sign in again, or send no cookie." };
}
