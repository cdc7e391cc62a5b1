import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseXml, type XmlElement } from "./xml.ts";

function rootOf(text: string): XmlElement {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.root;
}

describe("what is read", () => {
  test("names count with their namespace, whatever their prefix", () => {
    const [one, two] = [
      `<a:b xmlns:a="urn:x" a:c="1"><a:d/></a:b>`,
      `<b xmlns="urn:x" xmlns:q="urn:x" q:c="1"><q:d/></b>`,
    ];
    expect(rootOf(one)).toEqual(rootOf(two));
    expect(rootOf(one)).toMatchObject({ namespace: "urn:x", name: "b", children: [{ namespace: "urn:x", name: "d" }] });
    expect(rootOf(one).attributes).toEqual(new Map([["urn:x c", "1"]]));
  });
  test("a value is the text that was sent", () => {
    const values = ["00123", "1e5", "true", "0x1F", " padded ", "9007199254740993", "12.0", "__proto__"];
    for (const value of values) expect(rootOf(`<a>${value}</a>`).text).toBe(value);
  });
  test("the entities of XML and numbered characters are read once, and a CDATA section as it stands", () => {
    expect(rootOf("<a>&lt;&amp;amp;&#x20AC;&#233;&apos;&quot;&gt;</a>").text).toBe("<&amp;€é'\">");
    expect(rootOf("<a>x <![CDATA[<b>&amp;</b><!DOCTYPE y>]]> &amp; y</a>").text).toBe("x <b>&amp;</b><!DOCTYPE y> & y");
  });
  test("comments, instructions and the declaration say nothing", () => {
    const text = '<?xml version="1.0" encoding="utf-8"?><!-- <!DOCTYPE --><a><?go now?>1<!-- 2 -->3</a>';
    expect(rootOf(text)).toMatchObject({ name: "a", text: "13", children: [] });
  });
  test("any text survives", () => {
    const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    const printable = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\p{Cc}]/u.test(text));
    fc.assert(fc.property(printable, (text) => void expect(rootOf(`<a>${escaped(text)}</a>`).text).toBe(text)));
  });
});

const BOMB = `<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "${"&x;".repeat(100)}"><!ENTITY z "${"&y;".repeat(100)}">]><a>&z;</a>`;

describe("what is refused", () => {
  test.for([
    ["an entity bomb", BOMB, /document type/],
    ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /document type/],
    ["an external document type", '<!DOCTYPE a SYSTEM "http://evil.example/a.dtd"><a/>', /document type/],
    ["a document type in lower case", "<!doctype a><a/>", /document type/],
    ["a document type after a comment", "<!-- --><!DOCTYPE a><a/>", /document type/],
    ["an entity declared nowhere", "<a>&nbsp;</a>", /entity or a character/],
    ["a character that XML lacks", "<a>&#0;</a>", /entity or a character/],
    ["a character beyond Unicode", "<a>&#x110000;</a>", /entity or a character/],
    ["half of an element", "<a><b>1</b>", /not well-formed/],
    ["half of a tag", "<a><b", /not well-formed/],
    ["half of a comment", "<a><!-- ", /not well-formed/],
    ["half of a CDATA section", "<a><![CDATA[ </a>", /not well-formed/],
    ["crossed tags", "<a><b></a></b>", /not well-formed XML \(line 1, column \d+\)/],
    ["an attribute twice", '<a b="1" b="2"/>', /not well-formed/],
    ["two roots", "<a/><b/>", /one root element/],
    ["nothing", "", /not well-formed/],
    ["a prefix declared nowhere", "<a:b/>", /prefix that it does not declare/],
    ["a name that objects have", "<a><__proto__>1</__proto__></a>", /not well-formed/],
    ["another encoding", '<?xml version="1.0" encoding="UTF-16"?><a/>', /says it is in UTF-16; send UTF-8/],
    ["a bottomless document", "<a>".repeat(90_000) + "</a>".repeat(90_000), /nested deeper than 32/],
    ["a million tags", `<a>${"<b/>".repeat(1_000_000)}</a>`, /more than 200000 tags/],
  ] as const)("%s", ([, text, detail]) => {
    expect(parseXml(text)).toEqual({ ok: false, detail: expect.stringMatching(detail) });
  });
  test("what is wrong is told without quoting the body", () => {
    const parsed = parseXml("<a><secret-name></a>");
    expect(parsed.ok ? "" : parsed.detail).not.toContain("secret");
  });
  test("anything has an answer", () => {
    const pieces = fc.constantFrom(
      "<a>",
      "</a>",
      "<a",
      "/>",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?x",
      "?>",
      "&amp;",
      "&",
      "<!",
      "b='",
      '"',
      "x:y",
      "=",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
        ),
        (text) => {
          expect(typeof parseXml(text).ok).toBe("boolean");
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
