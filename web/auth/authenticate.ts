// Who is asking, by the mode this installation is in. Rule: an unknown mode lets nobody in.
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { ACCESS_HEADER, type AccessPorts, type AccessSettings, authenticateAccess } from "./access.ts";
import type { AuthResult, Proof } from "./auth-result.ts";
import { type Identity, LOCAL_OPERATOR } from "./identity.ts";
import { authenticateLocal } from "./local.ts";
import type { PeopleReader } from "./people.ts";
import { sessionCookieName } from "./session.ts";

export type AuthSettings = AccessSettings & {
  AUTH_MODE: string;
  SESSION_SECRET: string;
  /** E-mail addresses of the people who may do everything, separated by spaces or commas: they let the others in. */
  OPERATORS: string;
};

export type AuthPorts = AccessPorts & { people: PeopleReader };

type AuthRequest = { url: URL; headers: Headers; cookies: Readonly<Record<string, string>> };

/** `cookies` are the request's own, by name. */
export async function authenticate(
  request: AuthRequest,
  settings: AuthSettings,
  ports: AuthPorts,
): Promise<AuthResult> {
  const proof = await prove(request, settings, ports);
  if (!proof.ok) return proof;
  const identity = await identify(proof.email, settings, ports);
  return identity === null ? unknownPerson(proof.email, settings) : { ok: true, identity };
}

/** Who a proven address is here: one of OPERATORS, the operator of a local installation, or one of the people. */
export async function identify(
  email: string,
  settings: Pick<AuthSettings, "AUTH_MODE" | "OPERATORS">,
  { people }: Pick<AuthPorts, "people">,
): Promise<Identity | null> {
  if (email === LOCAL_OPERATOR.email) return settings.AUTH_MODE.trim() === "local" ? LOCAL_OPERATOR : null;
  if (operatorsIn(settings.OPERATORS).has(email)) return { email, role: "operator", team: [] };
  return people.identify(email);
}

function unknownPerson(email: string, { AUTH_MODE, OPERATORS }: AuthSettings): AuthResult {
  const operators = [...operatorsIn(OPERATORS)];
  const asked = AUTH_MODE.trim() === "local" ? ["the operator (sign in as them)"] : operators.slice(0, 5);
  const whom = asked.length === 0 ? "whoever runs dealwire (its OPERATORS)" : asked.join(" or ");
  const reason = `You are signed in as ${email}, whom nobody has added yet. Ask ${whom} to add you under People.`;
  return { ok: false, code: "unknown_person", reason };
}

function operatorsIn(list: string): ReadonlySet<string> {
  return new Set(
    list
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((email) => email !== ""),
  );
}

async function prove(request: AuthRequest, settings: AuthSettings, ports: AccessPorts): Promise<Proof> {
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
