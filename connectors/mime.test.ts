import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64Url, mimeMessage } from "./mime.ts";

const mail = {
  from: "ana.duarte@northwind.example",
  to: [{ email: "maton@querbus.example", name: "Maton Reyes" }],
  subject: "Querbus rollout",
  body: "Hi Maton,\nshall we talk?",
  headers: { "X-Dealwire-Action": "act_1" },
};

function split(message: string): { headers: string[]; body: string } {
  const end = message.indexOf("\r\n\r\n");
  const headers = message.slice(0, end).replace(/\r\n /g, " ").split("\r\n");
  return { headers, body: message.slice(end + 4) };
}

function decoded(base64: string): string {
  const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function decodedWords(value: string): string {
  return value
    .split(" ")
    .map((word) => decoded(word.replace(/^=\?UTF-8\?B\?|\?=$/g, "")))
    .join("");
}

describe("a mail", () => {
  test("has its headers, CRLF line ends and a body that reads as it was written", () => {
    const { headers, body } = split(mimeMessage(mail));
    expect(headers).toEqual([
      "From: <ana.duarte@northwind.example>",
      "To: Maton Reyes <maton@querbus.example>",
      "Subject: Querbus rollout",
      "X-Dealwire-Action: act_1",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
    ]);
    expect(decoded(body)).toBe("Hi Maton,\r\nshall we talk?");
  });

  test("keeps a subject of any language, in encoded words of at most 75 characters", () => {
    const subject = "Préparation du déploiement – 東京オフィスの件 🚀 et quelques mots de plus pour la longueur";
    const message = mimeMessage({ ...mail, subject });
    const line = split(message).headers.find((header) => header.startsWith("Subject: ")) ?? "";
    expect(decodedWords(line.slice("Subject: ".length))).toBe(subject);
    for (const word of line.slice("Subject: ".length).split(" ")) expect(word.length).toBeLessThanOrEqual(75);
  });

  test("can't be given another header by a subject or a name", () => {
    const attack = "Hello\r\nBcc: all@evil.example\r\n\r\n<script>";
    const message = mimeMessage({ ...mail, subject: attack, to: [{ email: "a@b.example", name: attack }] });
    expect(split(message).headers).toHaveLength(7);
    expect(message).not.toContain("evil.example");
  });

  test("encodes a subject that looks like an encoded word", () => {
    expect(mimeMessage({ ...mail, subject: "=?UTF-8?B?aGk=?=" })).not.toContain("=?UTF-8?B?aGk=?=\r\n");
  });

  test("refuses an address that is none, because that is a bug of the caller", () => {
    expect(() => mimeMessage({ ...mail, from: "a@b.example>\r\nBcc: <x@y.example" })).toThrow();
  });

  test("always has seven header lines of bounded length, whatever the text", () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(text, text, text, (subject, name, body) => {
        const message = mimeMessage({ ...mail, subject, body, to: [{ email: "a@b.example", name }] });
        expect(split(message).headers).toHaveLength(7);
        for (const line of message.split("\r\n")) {
          expect(line).toMatch(/^[\x20-\x7e]*$/);
          expect(line.length).toBeLessThanOrEqual(120);
        }
      }),
    );
  });

  test("travels as base64url without padding", () => {
    expect(base64Url("~~~???é")).toBe("fn5-Pz8_w6k");
  });
});
