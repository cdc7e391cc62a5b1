// Links that decide without a sign-in, for e-mail and chat: signed, expiring, bound to one verb, one action, the content
// that was read and the person it was made for. Rules: the token names its own audience, so no session is a link and no
// link a session; opening one only shows what it would do (mail scanners follow links); what the person may do is looked
// up again when it is used.
import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { ActionId, ContentHash } from "#contract/action.ts";

const ISSUER = "dealwire-link";
const encoder = new TextEncoder();

/** The longest that a link may live: as long as an action can wait. */
export const MAX_LINK_SECONDS = 14 * 86_400;

export const LinkClaims = z.object({
  sub: z.string().max(320),
  verb: z.enum(["approve", "reject"]),
  action_id: ActionId,
  content_hash: ContentHash,
});
export type LinkClaims = z.infer<typeof LinkClaims>;

/** The path of a link that works for `seconds` from `now` (milliseconds). */
export async function linkPath(claims: LinkClaims, secret: string, now: number, seconds: number): Promise<string> {
  const { sub, ...bound } = claims;
  const token = await new SignJWT(bound)
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(sub)
    .setExpirationTime(Math.floor(now / 1_000) + Math.min(seconds, MAX_LINK_SECONDS))
    .sign(encoder.encode(secret));
  return `/link/${token}`;
}

/** What the link is bound to, or null when it is forged, expired or of another installation. */
export async function readLink(token: string, secret: string, now: number): Promise<LinkClaims | null> {
  try {
    const { payload } = await jwtVerify(token, encoder.encode(secret), {
      issuer: ISSUER,
      audience: ISSUER,
      algorithms: ["HS256"],
      requiredClaims: ["sub", "exp"],
      currentDate: new Date(now),
    });
    return LinkClaims.parse(payload);
  } catch {
    return null;
  }
}
