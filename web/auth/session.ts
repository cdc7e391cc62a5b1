// The session of local mode: a signed cookie that says who chose to sign in on this machine. Rule: signed with
// SESSION_SECRET (HS256), expires by itself, and is never readable by scripts.
import { jwtVerify, SignJWT } from "jose";

export const SESSION_SECONDS = 12 * 3_600;
const ISSUER = "dealwire-desk";
const encoder = new TextEncoder();

/** `__Host-` cookies need Secure, which browsers refuse to keep for plain http. */
export function sessionCookieName(url: URL): string {
  return url.protocol === "https:" ? "__Host-dealwire" : "dealwire";
}

/** `now` in milliseconds since the epoch. */
export function signSession(email: string, secret: string, now: number): Promise<string> {
  const seconds = Math.floor(now / 1_000);
  return new SignJWT({})
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer(ISSUER)
    .setSubject(email)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + SESSION_SECONDS)
    .sign(encoder.encode(secret));
}

/** Who the session belongs to, or null when it is forged, expired or of another installation. */
export async function readSession(token: string, secret: string, now: number): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(token, encoder.encode(secret), {
      issuer: ISSUER,
      algorithms: ["HS256"],
      requiredClaims: ["sub", "exp"],
      currentDate: new Date(now),
    });
    return payload.sub?.toLowerCase() ?? null;
  } catch {
    return null;
  }
}

/** The whole Set-Cookie value. A `token` of null ends the session. */
export function sessionCookie(url: URL, token: string | null): string {
  const secure = url.protocol === "https:" ? "; Secure" : "";
  const maxAge = token === null ? 0 : SESSION_SECONDS;
  return `${sessionCookieName(url)}=${token ?? ""}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`;
}
