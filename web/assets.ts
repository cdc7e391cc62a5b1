// The stylesheet, the script and the icon. Rule: their URLs carry a digest of their text, so browsers keep them for a
// year and a deploy is seen at once. Served by the Worker itself, so they are there behind a service binding too.
import { sha256Hex } from "#runtime/digest.ts";

export type AssetTexts = {
  style: string;
  script: string;
  icon: string;
  /** A path of the site's own, where its texts are not the same as the desk's; else `/assets`. */
  base?: string;
};
export type AssetUrls = { style: string; script: string; icon: string };

export type Assets = {
  base: string;
  urls(): Promise<AssetUrls>;
  /** The answer for a path under the base, or null when there is no such file. */
  serve(path: string): Promise<Response | null>;
};

const CONTENT_TYPES = {
  style: "text/css; charset=utf-8",
  script: "text/javascript; charset=utf-8",
  icon: "image/svg+xml",
} as const;
const YEAR_SECONDS = 31_536_000;

export function createAssets(texts: AssetTexts): Assets {
  // Not at start-up: a Worker's global scope may do no asynchronous work.
  let naming: Promise<AssetUrls> | undefined;
  const { base = "/assets" } = texts;
  const urls = () => {
    naming ??= nameAll(texts, base);
    return naming;
  };
  return {
    base,
    urls,
    async serve(path) {
      const named = await urls();
      const kinds = ["style", "script", "icon"] as const;
      const kind = kinds.find((candidate) => named[candidate] === path);
      if (kind === undefined) return null;
      const headers = {
        "content-type": CONTENT_TYPES[kind],
        "cache-control": `public, max-age=${YEAR_SECONDS}, immutable`,
        "x-content-type-options": "nosniff",
      };
      return new Response(texts[kind], { headers });
    },
  };
}

async function nameAll(texts: AssetTexts, base: string): Promise<AssetUrls> {
  const digest = async (text: string) => (await sha256Hex(text)).slice(0, 12);
  const [style, script, icon] = await Promise.all([digest(texts.style), digest(texts.script), digest(texts.icon)]);
  return {
    style: `${base}/desk.${style}.css`,
    script: `${base}/desk.${script}.js`,
    icon: `${base}/icon.${icon}.svg`,
  };
}
