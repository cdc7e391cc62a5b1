// Fresh keys for tests, which open nothing: as PEM, and in a service account's key file.

export type KeyFile = { client_email: string; private_key: string; token_uri: string };

/** An RSA pair for RS256: PKCS #8 and SPKI. */
export async function testKeyPair(): Promise<{ privateKey: string; publicKey: string }> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
  const keys = await crypto.subtle.generateKey({ ...algorithm, hash: "SHA-256" }, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new Error("expected a key pair");
  const pem = async (format: "pkcs8" | "spki", key: CryptoKey, label: string) => {
    const der = await crypto.subtle.exportKey(format, key);
    if (!(der instanceof ArrayBuffer)) throw new Error("expected DER");
    const base64 = btoa(String.fromCharCode(...new Uint8Array(der)));
    return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
  };
  return {
    privateKey: await pem("pkcs8", keys.privateKey, "PRIVATE KEY"),
    publicKey: await pem("spki", keys.publicKey, "PUBLIC KEY"),
  };
}

export async function testKeyFile(tokenUri: string): Promise<KeyFile> {
  return {
    client_email: "dealwire@project.iam.gserviceaccount.com",
    private_key: (await testKeyPair()).privateKey,
    token_uri: tokenUri,
  };
}
