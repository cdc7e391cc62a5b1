// Questions to a person at a terminal. Rule: a secret is read without being shown.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Failure } from "./failure.ts";

export type Prompt = {
  /** False where nobody can answer: in CI, or behind a pipe. */
  possible: boolean;
  ask(question: string): Promise<string>;
  askHidden(question: string): Promise<string>;
  say(sentence: string): void;
};

export function createPrompt(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Prompt {
  const read = async (echo: NodeJS.WritableStream, question: string) => {
    const terminal = createInterface({ input, output: echo, terminal: input.isTTY });
    const stopped = new Promise<never>((_resolve, reject) => {
      terminal.once("close", () => reject(new Failure("\nStopped at the question; nothing was changed.")));
    });
    try {
      return (await Promise.race([terminal.question(question), stopped])).trim();
    } finally {
      terminal.close();
    }
  };
  return {
    possible: input.isTTY,
    say: (sentence) => output.write(`${sentence}\n`),
    ask: (question) => read(output, question),
    async askHidden(question) {
      // The interface is there before the question is shown: from then on the terminal itself shows nothing that is typed.
      const answer = read(new Writable({ write: (_chunk, _encoding, done) => done() }), "");
      output.write(question);
      return answer.finally(() => output.write("\n"));
    },
  };
}
