// Who is asking, by the mode this installation is in. Rule: an unknown mode lets nobody in.
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { ACCESS_HEADER, type AccessPorts, type AccessSettings, authenticateAccess } from "./access.ts";
import type { AuthResult } from "./auth-result.ts";
import { authenticateLocal } from "./local.ts";
import { sessionCookieName } from "./session.ts";

export type AuthSettings = AccessSettings & {
  AUTH_MODE: string;
  SESSION_SECRET: string;
  /** E-mail addresses of the people who may decide on everything, separated by spaces or commas; may be empty. */
  OPERATORS: string;
};

type AuthRequest = { url: URL; headers: Headers; cookies: Readonly<Record<string, string>> };

/** `cookies` are the request's own, by name. */
export async function authenticate(
  request: AuthRequest,
  settings: AuthSettings,
  ports: AccessPorts,
): Promise<AuthResult> {
  const result = await prove(request, settings, ports);
  if (!result.ok || !operatorsIn(settings.OPERATORS).has(result.identity.email)) return result;
  return { ok: true, identity: { ...result.identity, role: "operator" } };
}

function operatorsIn(list: string): ReadonlySet<string> {
  return new Set(
    list
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((email) => email !== ""),
  );
}

async function prove(request: AuthRequest, settings: AuthSettings, ports: AccessPorts): Promise<AuthResult> {
  switch (settings.AUTH_MODE.trim()) {
    case "access":
      return authenticateAccess(request.headers.get(ACCESS_HEADER), settings, ports);
    case "local": {
      const { url } = request;
      const session = request.cookies[sessionCookieName(url)] ?? null;
      const isApi = url.pathname.startsWith("/api/");
      return authenticateLocal({ url, session, isApi }, settings.SESSION_SECRET, ports.now());
    }
    default: {
      const reason = `AUTH_MODE must be "access" or "local"; see ${CONFIGURATION_PAGE}#auth_mode`;
      return { ok: false, code: "not_configured", reason };
    }
  }
}
