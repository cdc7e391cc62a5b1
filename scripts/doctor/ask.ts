// One request to the deployment under examination. Rule: never throws; that nobody answered is an answer, too.

export type Answer =
  | { kind: "answer"; status: number; headers: Headers; text: string; json: unknown }
  | { kind: "silence"; reason: string };

/** `path` begins with a slash. `body` is posted as it is; without it the request is a GET. */
export type Ask = (path: string, body?: { text: string; headers: Record<string, string> }) => Promise<Answer>;

const TIMEOUT_MS = 20_000;

/** `headers` go along with every request, for a deployment that asks who you are. */
export function createAsk(baseUrl: string, headers: Readonly<Record<string, string>>, send: typeof fetch): Ask {
  return async (path, body) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const init: RequestInit =
      body === undefined
        ? { headers, redirect: "manual", signal }
        : { method: "POST", headers: { ...headers, ...body.headers }, body: body.text, redirect: "manual", signal };
    try {
      const response = await send(`${baseUrl}${path}`, init);
      const text = await response.text();
      return { kind: "answer", status: response.status, headers: response.headers, text, json: parsed(text) };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { kind: "silence", reason: cause instanceof Error ? cause.message || cause.name : String(cause) };
    }
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What to do about an answer of a site that is none of ours; for people. */
export function whyNot(answer: Answer): { what: string; todo: string } {
  if (answer.kind === "silence") {
    const todo = "On your machine: npm start. Deployed: check --url, the domain's DNS record and its route.";
    return { what: `nobody answers: ${answer.reason}`, todo };
  }
  const { status } = answer;
  if ((status >= 300 && status < 400) || status === 401 || status === 403) {
    const todo =
      'Send who you are: --header "cf-access-client-id: …" --header "cf-access-client-secret: …" of an Access service ' +
      "token whose common name is an operator (docs/desk.md).";
    return { what: `it asks who you are (${status})`, todo };
  }
  if (status === 404) {
    return { what: "it is not there (404)", todo: "Deploy this version's Workers and routes: npm run deploy." };
  }
  return { what: `it answers ${status}: ${answer.text.slice(0, 200)}`, todo: "Read the Worker's log: wrangler tail." };
}
