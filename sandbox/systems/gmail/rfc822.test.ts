// Reading mails: what people write, what programs write, and what nobody should.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { addresses, header, parseMail, withHeader } from "./rfc822.ts";

it("unfolds headers and decodes encoded words", () => {
  const mail = parseMail("Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n =?utf-8?Q?_aus_K=C3=B6ln?=\r\nX-A: 1\r\n\r\nbody");
  expect(mail && header(mail, "subject")).toBe("Grüße aus Köln");
  expect(mail?.text).toBe("body");
});

it("finds the plain text of a multipart mail, decoded", () => {
  const source = [
    'Content-Type: multipart/alternative; boundary="b1"',
    "",
    "--b1",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p>no</p>",
    "--b1",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Viele Gr=C3=BC=C3=9Fe, a long=",
    " line",
    "--b1--",
  ].join("\r\n");
  expect(parseMail(source)?.text).toBe("Viele Grüße, a long line");
});

it("takes addresses with names and commas in quotes, and no others", () => {
  expect(addresses('"Quist, Marta" <Marta@querbus.example>, jo@x.example')).toEqual([
    "marta@querbus.example",
    "jo@x.example",
  ]);
  for (const bad of ["nobody", "a@b", "a b@c.example", "<>", "a@b.example; c@d.example"])
    expect(addresses(bad)).toBeNull();
});

it("sets a header in place of any it had", () => {
  const mail = parseMail(withHeader("Message-Id: <a@b>\r\nTo: x@y.example\r\n\r\nhi", "Message-ID", "<new@b>"));
  expect(mail?.headers).toEqual([
    { name: "To", value: "x@y.example" },
    { name: "Message-ID", value: "<new@b>" },
  ]);
  expect(mail?.text).toBe("hi");
});

it("never throws, whatever it is given", async () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "\r\n",
      "\r\n\r\n",
      "Content-Type: multipart/mixed; boundary=b",
      "--b",
      "--b--",
      "=?utf-8?B?!?=",
      "=C3",
      ": ",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const source = pieces.join("");
      const mail = parseMail(source);
      if (mail) for (const { name } of mail.headers) header(mail, name);
      addresses(source);
    }),
  );
});
