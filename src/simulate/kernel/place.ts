import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Answers, Reply, Request, RunResult } from "./agent-protocol.ts";

/** A network namespace and the process in it. Nothing names the namespace: it is gone when that process is. */
export class Place {
  readonly name: string;
  readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private last = 0;

  constructor(name: string) {
    this.name = name;
    const [program = "", script = ""] = [process.execPath, process.argv[1] ?? ""];
    this.child = spawn("unshare", ["-n", program, script, "--agent"], {
      stdio: ["pipe", "pipe", "inherit", "pipe", "pipe"],
    });
    if (this.child.stdout)
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        const { id, value, failed } = JSON.parse(line) as Reply;
        const asked = this.waiting.get(id);
        this.waiting.delete(id);
        if (failed === undefined) asked?.resolve(value);
        else asked?.reject(new Error(`${name}: ${failed}`));
      });
    this.child.on("close", (status) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`the process in ${name} ended with ${status}`));
      this.waiting.clear();
    });
  }

  /** What the process writes to one of its two further file descriptors, 3 and 4. */
  output(fd: 3 | 4): Readable {
    return this.child.stdio[fd] as Readable;
  }

  /** Also of the namespace: unshare becomes the process itself. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  ask<R extends Request>(request: R): Promise<Answers[R["do"]]> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: (value) => resolve(value as Answers[R["do"]]), reject });
      this.child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  try(name: string, args: readonly string[], input = ""): Promise<RunResult> {
    return this.ask({ do: "run", name, args, input });
  }

  async run(name: string, args: readonly string[], input = ""): Promise<string> {
    const { ok, out, err } = await this.try(name, args, input);
    if (!ok) throw new Error(`in ${this.name}: ${name} ${args.join(" ")}: ${err.trim()}\n${input}`);
    return out;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    const paths = Object.entries(files).map(([key, value]) => [key.replaceAll(".", "/"), value] as const);
    const troubles = await this.ask({ do: "write", files: paths });
    if (troubles.length > 0) throw new Error(`in ${this.name}: ${troubles.join("; ")}`);
  }

  async serve(addresses: readonly string[], ports: readonly number[]): Promise<void> {
    const troubles = await this.ask({ do: "serve", addresses, ports });
    if (troubles.length > 0) throw new Error(`in ${this.name}: ${troubles.join("; ")}`);
  }

  /** It ends when nothing more can be asked of it. */
  end(): void {
    this.child.stdin?.end();
  }
}
