// Holds a text of the model's against the facts it was given. Pure. Rule: an address, a link, a number or a name that
// the facts don't have, a placeholder, markup or an invisible character refuses the text; a doubt is a refusal, because
// the template or the fallback is always there.

const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]|(?![\n\r\t])\p{Cc}/u;
const ADDRESS = /\S*@\S*/g;
/** `https://x`, `www.x`, `mailto:x`, and a bare `elsewhere.example`. */
const LINK =
  /(?:\b[a-z][a-z0-9+.-]*:\/\/|\bwww\.|\b(?:mailto|tel|sms|javascript|data):)\S+|(?<![\p{L}\p{N}])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/giu;
const PLACEHOLDER = /[[\]{}]|<[^\s]|\b(?:TODO|TBD|XX+|lorem ipsum)\b|_{3,}/i;
const NUMBER = /\p{N}+(?:[.,'’]\p{N}+)*/gu;
const WORD = /[\p{L}\p{M}][\p{L}\p{M}'’-]*/gu;
/** German writes every noun with a capital letter: there only what follows another capital counts as a name. */
const CAPITAL_NOUNS = /german|deutsch|luxembourg/i;
/** Capitalised wherever they stand. */
const NO_NAMES = new Set(["i", "i'm", "i've", "i'd", "i'll", "crm", "ceo", "cfo", "cto", "it", "roi"]);

/** What is wrong with the text, as a sentence for the model and the trail; null when nothing is. */
export function textProblem(text: string, facts: string, language: string): string | null {
  if (INVISIBLE.test(text)) return "the text has control or invisible characters";
  const plain = text.normalize("NFKC");
  const known = facts.normalize("NFKC").toLowerCase();
  const foreign = (found: Iterable<string>) => Array.from(found).find((each) => !known.includes(each.toLowerCase()));
  const address = foreign(matches(plain, ADDRESS));
  if (address !== undefined) return "an address in the text is not in the facts";
  const link = foreign(matches(plain, LINK).map((each) => each.replace(/[.,;:!?)]+$/, "")));
  if (link !== undefined) return "a link in the text is not in the facts";
  if (PLACEHOLDER.test(plain)) return "the text has a placeholder or markup";
  const numbers = new Set(matches(known, NUMBER).map(digits));
  if (matches(plain, NUMBER).some((number) => !numbers.has(digits(number))))
    return "a number in the text is not in the facts";
  const name = inventedName(plain, new Set(matches(known, WORD)), CAPITAL_NOUNS.test(language));
  return name === null ? null : `the name "${name.slice(0, 40)}" is not in the facts`;
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([found]) => found);
}

/** `12,500.00` and `12500` are one number. */
function digits(number: string): string {
  return number.replace(/[.,]0{1,2}$/, "").replace(/[.,'’]/g, "");
}

/** A capitalised word inside a sentence, or after another one, that the facts don't have. */
function inventedName(text: string, known: ReadonlySet<string>, capitalNouns: boolean): string | null {
  let end = 0;
  let afterCapital = false;
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    const between = text.slice(end, match.index);
    const startsSentence = end === 0 || /[.!?:\n"“”(–—•*]/.test(between);
    const capital = /^\p{Lu}/u.test(word);
    const lower = word.toLowerCase();
    const stem = lower.replace(/['’]s?$/, "");
    const familiar = NO_NAMES.has(lower) || known.has(lower) || known.has(stem);
    const suspicious = capital && !startsSentence && (!capitalNouns || afterCapital);
    if (suspicious && !familiar) return word;
    afterCapital = capital && !familiar;
    end = match.index + word.length;
  }
  return null;
}
