// XML from a stranger as plain elements, or refused with words. Rules: no document type, so there is nothing to expand
// or to fetch; names count with their namespace and never by their prefix; a value is the text that was sent.
import { XMLParser } from "fast-xml-parser";
import { isObject, type JsonObject } from "./relay.ts";
import { unescapeXml } from "./xml-text.ts";

/** Attributes are those with a prefix, by `namespace name`. `text` is the element's own, without its children's. */
export type XmlElement = {
  namespace: string;
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: readonly XmlElement[];
  text: string;
};

export type ParsedXml = { ok: true; root: XmlElement } | { ok: false; detail: string };

/** Six times what an outbound message has. */
const MAX_DEPTH = 32;
/** A hundred records of 800 fields, each opened and closed; elements cost far more memory than their text. */
const MAX_TAGS = 200_000;

const TEXT = "#text";
const CDATA = "#cdata";
const ATTRIBUTES = ":@";

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: CDATA,
  maxNestedTags: MAX_DEPTH,
});

type Scope = ReadonlyMap<string, string>;

/** Parses `text`. Never throws; `detail` says what is wrong and quotes nothing of the body. */
export function parseXml(text: string): ParsedXml {
  const encoding = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(text)?.[1] ?? "UTF-8";
  if (!/^(?:utf-8|us-ascii)$/i.test(encoding)) return refused(`the XML says it is in ${encoding}; send UTF-8`);
  if (hasDeclaration(text)) return refused("the XML has a document type (<!DOCTYPE>); send it without");
  if (text.split("<", MAX_TAGS + 1).length > MAX_TAGS) return refused(`the XML has more than ${MAX_TAGS} tags`);
  let nodes: unknown;
  try {
    nodes = parser.parse(text, true);
  } catch (error) {
    if (String(error).includes("nested tags")) return refused(`the XML is nested deeper than ${MAX_DEPTH} levels`);
    const [, line, column] = /:(\d+):(\d+)$/.exec(String(error)) ?? [];
    return refused(`the body is not well-formed XML${line === undefined ? "" : ` (line ${line}, column ${column})`}`);
  }
  const [root, ...others] = Array.isArray(nodes) ? nodes.filter(isObject).filter((node) => !(TEXT in node)) : [];
  if (root === undefined || others.length > 0) return refused("the XML must have one root element");
  const faults: string[] = [];
  const element = elementOf(root, new Map([["", ""]]), faults);
  return faults[0] === undefined ? { ok: true, root: element } : refused(faults[0]);
}

/** The children of `parent` with this name. */
export function childrenOf(parent: XmlElement, namespace: string, name: string): XmlElement[] {
  return parent.children.filter((child) => child.namespace === namespace && child.name === name);
}

/** `prefix:name` as the namespace and the name it stands for; null when the prefix is not declared. */
function resolve(qualified: string, scope: Scope): { namespace: string; name: string } | null {
  const [, prefix = "", name = ""] = /^(?:([^:]*):)?(.*)$/s.exec(qualified) ?? [];
  const namespace = scope.get(prefix);
  return namespace === undefined || name === "" ? null : { namespace, name };
}

/** `node` is the parser's `{name: content, ":@": attributes}`; what is wrong with it is added to `faults`. */
function elementOf(node: JsonObject, outer: Scope, faults: string[]): XmlElement {
  const tag = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? "";
  const given = Object.entries(node[ATTRIBUTES] ?? {}).map(([key, value]): [string, string] => [key, String(value)]);
  const declared = given.flatMap(([key, value]): [string, string][] => {
    const found = /^xmlns(?::(.+))?$/.exec(key);
    return found === null ? [] : [[found[1] ?? "", value]];
  });
  const scope = declared.length === 0 ? outer : new Map([...outer, ...declared]);

  const attributes = new Map<string, string>();
  for (const [key, value] of given) {
    if (!key.startsWith("xml") && key.includes(":")) {
      const named = resolve(key, scope);
      if (named === null) faults.push("the XML uses a prefix that it does not declare");
      else attributes.set(`${named.namespace} ${named.name}`, unescaped(value, faults));
    }
  }

  const children: XmlElement[] = [];
  let text = "";
  const content = node[tag];
  for (const part of Array.isArray(content) ? content.filter(isObject) : []) {
    if (TEXT in part) text += unescaped(String(part[TEXT]), faults);
    else if (CDATA in part) text += cdataOf(part[CDATA]);
    else children.push(elementOf(part, scope, faults));
  }
  const named = resolve(tag, scope);
  if (named === null) faults.push("the XML uses a prefix that it does not declare");
  return { namespace: "", name: tag, ...named, attributes, children, text };
}

function unescaped(text: string, faults: string[]): string {
  const plain = unescapeXml(text);
  if (plain === null) faults.push("the XML refers to an entity or a character that XML does not have");
  return plain ?? "";
}

/** A section's text stands as it is, references and all. */
function cdataOf(parts: unknown): string {
  const texts = Array.isArray(parts) ? parts.filter(isObject) : [];
  return texts.map((part) => String(part[TEXT] ?? "")).join("");
}

/** Whether there is any `<!` other than a comment or a CDATA section: document types and all that belongs to them. */
function hasDeclaration(text: string): boolean {
  for (let at = text.indexOf("<!"); at !== -1; ) {
    const end = text.startsWith("<!--", at) ? "-->" : text.startsWith("<![CDATA[", at) ? "]]>" : null;
    if (end === null) return true;
    const closed = text.indexOf(end, at + 4);
    at = closed === -1 ? -1 : text.indexOf("<!", closed);
  }
  return false;
}

function refused(detail: string): ParsedXml {
  return { ok: false, detail };
}
