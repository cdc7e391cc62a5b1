// Gong: a call that ended just now, with a signed JWT that names the URL and the hash of the body:
// help.gong.io, "Prepare your receiving application to receive a webhook - JWT header"
import { createHash, createPrivateKey, createSign } from "node:crypto";
import * as z from "zod";
import { bodyOf, json, type SampleSource } from "../delivery.ts";

const TOKEN_SECONDS = 300;
const Sample = z.looseObject({
  callData: z.looseObject({ metaData: z.looseObject({ duration: z.number() }) }),
});

/** The secret is the private key: base64 of PKCS#8. */
export const gong: SampleSource = {
  secretName: "GONG_SIGNING_KEY",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const url = `${baseUrl}/hooks/gong`;
    const { callData, ...rest } = Sample.parse(sample);
    const started = new Date(nowMs - callData.metaData.duration * 1_000).toISOString();
    const metaData = { ...callData.metaData, id: callIdOf(newId()), scheduled: started, started };
    const body = bodyOf({ ...rest, callData: { ...callData, metaData } }, assignments);
    const claims = {
      webhook_url: url,
      body_sha256: createHash("sha256").update(body).digest("hex"),
      exp: Math.floor(nowMs / 1_000) + TOKEN_SECONDS,
    };
    return { url, body, headers: json({ authorization: signJwt(claims, secret) }) };
  },
};

/** Gong's call ids are numbers of 63 bits, as text. */
function callIdOf(uuid: string): string {
  return BigInt.asUintN(63, BigInt(`0x${uuid.replaceAll("-", "")}`)).toString();
}

function signJwt(claims: object, pkcs8: string): string {
  const key = createPrivateKey({ key: Buffer.from(pkcs8, "base64"), format: "der", type: "pkcs8" });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key, "base64url")}`;
}
