// Questions to a person at a terminal. Rule: a secret is read without being shown.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

export type Prompt = {
  /** False where nobody can answer: in CI, or behind a pipe. */
  possible: boolean;
  ask(question: string): Promise<string>;
  askHidden(question: string): Promise<string>;
};

export function createPrompt(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Prompt {
  const read = async (question: string, echo: NodeJS.WritableStream) => {
    output.write(question);
    const terminal = createInterface({ input, output: echo, terminal: input.isTTY });
    try {
      return (await terminal.question("")).trim();
    } finally {
      terminal.close();
    }
  };
  return {
    possible: input.isTTY,
    ask: (question) => read(question, output),
    async askHidden(question) {
      const answer = await read(question, new Writable({ write: (_chunk, _encoding, done) => done() }));
      output.write("\n");
      return answer;
    },
  };
}
