// Which regular expressions a rule may use. CEL's are those of RE2, which never take long; those of JavaScript can take
// for ever on a text that a signal brings. Rule: only patterns whose time is bounded by the square of the text's length,
// and none that comes out of a signal.

/** Each takes the text's length once more, and so does trying from each place of the text where no `^` holds it. */
const MOST_REPEATS = { anchored: 2, floating: 1 };

/** An escape, a class, the opening of a group, its end, an alternative, or a repeat; everything else repeats nothing. */
const TOKEN =
  /\\(?:\d|k<|.)|\[(?:\\.|[^\]\\])*\]|\(\?(?:[=!]|<[=!])|\((?:\?(?::|<\w+>))?|\)|\||[*+]\??|\{\d+(?:,\d*)?\}\??/gsu;

type Group = { hasRepeat: boolean; hasAlternatives: boolean };

/** Why the pattern is refused, or null. */
export function whyRefused(pattern: string): string | null {
  if (!isPattern(pattern)) return `not a regular expression: ${pattern}`;
  const open: Group[] = [];
  let closed: Group | null = null;
  let repeats = 0;
  let end = 0;
  for (const { 0: token, index } of pattern.matchAll(TOKEN)) {
    // What was closed is repeated only by what stands right behind it.
    const before: Group | null = index === end ? closed : null;
    closed = null;
    end = index + token.length;
    if (/^\\(?:[1-9]|k<)|^\(\?(?:[=!]|<[=!])/.test(token))
      return `there is no ${token} in regular expressions of rules`;
    if (token.startsWith("(")) open.push({ hasRepeat: false, hasAlternatives: false });
    else if (token === ")") {
      closed = open.pop() ?? null;
      const around = open.at(-1);
      if (around !== undefined && closed?.hasRepeat) around.hasRepeat = true;
    } else if (token === "|") {
      const around = open.at(-1);
      if (around !== undefined) around.hasAlternatives = true;
    } else if (/^[*+]|^\{\d+,/.test(token)) {
      if (before?.hasRepeat || before?.hasAlternatives)
        return "what is repeated must not hold repeats or alternatives: it could take for ever";
      const around = open.at(-1);
      if (around !== undefined) around.hasRepeat = true;
      repeats += 1;
    }
  }
  const most = pattern.startsWith("^") && !pattern.includes("|") ? MOST_REPEATS.anchored : MOST_REPEATS.floating;
  return repeats > most ? "too many repeats: at most one * or +, or two behind a ^; it could take very long" : null;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
