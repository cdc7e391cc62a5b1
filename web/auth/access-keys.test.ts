// Access rotates its keys every six weeks: a token signed with a key that is new since the last look is taken.
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { expect, test } from "vitest";
import { accessKeysOf } from "./access-keys.ts";

const ISSUER = "https://northwind.cloudflareaccess.com";
/** jose looks again for a key that it does not know at most this often. */
const COOL_DOWN_MS = 30_000;
/** It keeps keys no longer than this. */
const KEPT_MS = 600_000;

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: "RS256" };
  const token = await new SignJWT({ email: "ana@northwind.example" })
    .setProtectedHeader({ alg: "RS256", kid })
    .sign(privateKey);
  return { jwk, token };
}

/** What the team publishes, and how often it was asked; the clock stands `aheadMs` ahead. */
async function during<Result>(
  published: () => readonly unknown[],
  run: (asked: () => number, ahead: (ms: number) => void) => Promise<Result>,
): Promise<Result> {
  const { fetch: outside } = globalThis;
  const now = Date.now;
  let asked = 0;
  let aheadMs = 0;
  globalThis.fetch = async (input) => {
    asked += 1;
    expect(String(input)).toBe(`${ISSUER}/cdn-cgi/access/certs`);
    return Response.json({ keys: published() });
  };
  Date.now = () => now() + aheadMs;
  try {
    return await run(
      () => asked,
      (ms) => {
        aheadMs += ms;
      },
    );
  } finally {
    globalThis.fetch = outside;
    Date.now = now;
  }
}

test("keys are fetched once, fetched again for one that is new, and one that is gone is refused in time", async () => {
  const [first, second] = [await newKey("first"), await newKey("second")];
  let keys = [first.jwk];
  await during(
    () => keys,
    async (asked, ahead) => {
      const verify = (token: string) => jwtVerify(token, accessKeysOf(ISSUER), { algorithms: ["RS256"] });
      await verify(first.token);
      await verify(first.token);
      expect(asked()).toBe(1);

      keys = [first.jwk, second.jwk];
      ahead(COOL_DOWN_MS + 1);
      await verify(second.token);
      await verify(first.token);
      expect(asked()).toBe(2);

      keys = [second.jwk];
      ahead(KEPT_MS + 1);
      await expect(verify(first.token)).rejects.toThrow(/no applicable key/);
      await verify(second.token);
    },
  );
});
