// Mail for the tests: as Cloudflare's Email Routing hands it over, from tests/payloads/email.
import { readFileSync } from "node:fs";
import { type Mail, readMail } from "./mail.ts";

export function rawPayload(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${import.meta.dirname}/../../tests/payloads/email/${name}`));
}

export async function readPayload(name: string): Promise<Mail> {
  const mail = await readMail(rawPayload(name));
  if (mail === null) throw new Error(`${name} is no mail`);
  return mail;
}
