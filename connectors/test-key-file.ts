// A service account's key file for tests, with a fresh key that opens nothing.

export type KeyFile = { client_email: string; private_key: string; token_uri: string };

export async function testKeyFile(tokenUri: string): Promise<KeyFile> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
  const keys = await crypto.subtle.generateKey({ ...algorithm, hash: "SHA-256" }, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new Error("expected a key pair");
  const der = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  if (!(der instanceof ArrayBuffer)) throw new Error("expected DER");
  const base64 = btoa(String.fromCharCode(...new Uint8Array(der)));
  return {
    client_email: "dealwire@project.iam.gserviceaccount.com",
    private_key: `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`,
    token_uri: tokenUri,
  };
}
