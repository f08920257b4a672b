import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setPriority } from "node:os";
import { createInterface } from "node:readline";
import {
  type Answers,
  datagram,
  endPort,
  isDatagram,
  type Message,
  type NumberedAttempt,
  type Reply,
  type Request,
  type Tried,
} from "./agent-protocol.ts";

const isV6 = (address: string): boolean => address.includes(":");

/** The process in one namespace: it runs tools, serves, connects. It ends with its standard input, and the namespace with it. */
export function runAgent(): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("close", () => {
    for (const child of captures) child.kill("SIGKILL");
    process.exit(0);
  });
  lines.on("line", (line) => {
    const message = JSON.parse(line) as Message;
    const say = (reply: Omit<Reply, "id">): void =>
      void process.stdout.write(`${JSON.stringify({ id: message.id, ...reply })}\n`);
    carryOut(message).then(
      (value) => say({ value }),
      (error: Error) => say({ failed: error.stack ?? error.message }),
    );
  });
}

async function carryOut(request: Request): Promise<Answers[Request["do"]]> {
  switch (request.do) {
    case "run": {
      const { name, args, input } = request;
      const { status, stdout, stderr, error } = spawnSync(name, args, { input, maxBuffer: 1 << 28 });
      if (error) return { ok: false, out: "", err: error.message };
      return { ok: status === 0, out: stdout.toString(), err: stderr.toString() };
    }
    case "write":
      return request.files.flatMap(([path, value]) => write(path, value));
    case "serve":
      return serve(request.addresses, request.ports);
    case "capture":
      return capture(request.to, request.args);
    case "try":
      return tryAll(request.attempts, request.wait);
    case "mark-end":
      return markEnd(request.to, request.text);
  }
}

/** They would keep the namespace alive. */
const captures: ChildProcess[] = [];

/** Resolves when it listens. */
function capture(to: number, args: readonly string[]): Promise<null> {
  const child = spawn("tcpdump", ["-U", "-Z", "root", "-w", "-", ...args], { stdio: ["ignore", to, "pipe"] });
  captures.push(child);
  if (child.pid !== undefined) setPriority(child.pid, -15); // what it does not read in time is lost
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (text) => {
      said += text;
      if (said.includes("listening on")) resolve(null);
    });
    child.on("error", reject);
    child.on("close", () => {
      const ended = `tcpdump ${args.join(" ")} ended: ${said}`;
      process.stderr.write(`${ended}\n`);
      reject(new Error(ended));
    });
  });
}

function write(path: string, value: string): string[] {
  try {
    writeFileSync(`/proc/sys/${path}`, value);
    return [];
  } catch (error) {
    return [`${path}: ${String(error)}`];
  }
}

/** A UDP socket on all addresses would answer from another one than it was asked at: so one for each. */
const udp = new Map<string, UdpSocket>();
const tcp = new Set<string>();

async function serve(addresses: readonly string[], ports: readonly number[]): Promise<string[]> {
  const wanted = new Set(addresses.flatMap((address) => ports.map((port) => `${address} ${port}`)));
  const waits: Promise<string | undefined>[] = [];
  for (const [key, socket] of udp)
    if (!wanted.has(key)) {
      udp.delete(key);
      waits.push(new Promise((resolve) => socket.close(() => resolve(undefined))));
    }
  await Promise.all(waits.splice(0));
  for (const port of ports)
    for (const all of ["0.0.0.0", "::"]) if (!tcp.has(`${all} ${port}`)) waits.push(listen(all, port));
  for (const key of wanted) if (!udp.has(key)) waits.push(bind(key));
  return (await Promise.all(waits)).filter((trouble) => trouble !== undefined);
}

function listen(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.on("data", (data) => socket.write(data));
    });
    server.once("error", (error) => resolve(`tcp ${address} ${port}: ${error.message}`));
    server.listen({ host: address, port, ipv6Only: true, backlog: 511 }, () => {
      tcp.add(`${address} ${port}`);
      resolve(undefined);
    });
  });
}

function bind(key: string): Promise<string | undefined> {
  const [address = "", port] = key.split(" ");
  return new Promise((resolve) => {
    const socket = createSocket({ type: isV6(address) ? "udp6" : "udp4", reuseAddr: true });
    socket.once("error", (error) => resolve(`udp ${key}: ${error.message}`));
    socket.on("message", (data, from) => {
      const [, n, kind] = isDatagram.exec(data.toString()) ?? [];
      // rules may bring an answer back to a server, which would answer it for ever
      if (n !== undefined && kind === "q") socket.send(datagram(Number(n), "r"), from.port, from.address, () => {});
    });
    socket.bind(Number(port), address, () => {
      socket.on("error", () => {});
      udp.set(key, socket);
      resolve(undefined);
    });
  });
}

/** What has not come to an end `wait` milliseconds after the last has begun has not come. */
async function tryAll(attempts: readonly NumberedAttempt[], wait: number): Promise<readonly Tried[]> {
  const results = new Map<number, Tried>();
  const ends: (() => void)[] = [];
  await new Promise<void>((resolve) => {
    const settle = (tried: Tried): void => {
      if (!results.has(tried.n)) results.set(tried.n, tried);
      if (results.size === attempts.length) resolve();
    };
    setTimeout(resolve, wait + Math.max(...attempts.map((a) => a.after)));
    for (const attempt of attempts)
      setTimeout(() => ends.push((attempt.proto === "tcp" ? tryTcp : tryUdp)(attempt, settle)), attempt.after);
  });
  for (const end of ends) end();
  return attempts.map(({ n }) => results.get(n) ?? { n, connected: false });
}

function tryTcp(attempt: NumberedAttempt, settle: (tried: Tried) => void): () => void {
  const { n, source, sport, to, port } = attempt;
  const socket = connect({
    host: to,
    port,
    family: isV6(to) ? 6 : 4,
    localPort: sport,
    localAddress: source ?? (isV6(to) ? "::" : "0.0.0.0"),
  });
  socket.on("connect", () => {
    settle({ n, connected: true, ...(socket.localAddress === undefined ? {} : { source: socket.localAddress }) });
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    settle({ n, connected: false, error: error.code ?? error.message });
  });
  return () => socket.resetAndDestroy();
}

function tryUdp(attempt: NumberedAttempt, settle: (tried: Tried) => void): () => void {
  const { n, source, sport, to, port } = attempt;
  const socket = createSocket(isV6(to) ? "udp6" : "udp4");
  const failed = (error: NodeJS.ErrnoException | null): void => {
    if (error) settle({ n, connected: false, error: error.code ?? error.message });
  };
  let bound: string | undefined;
  socket.on("error", failed);
  socket.on("message", (data) => {
    const [, number, kind] = isDatagram.exec(data.toString()) ?? [];
    if (Number(number) === n && kind === "r")
      settle({ n, connected: true, ...(bound === undefined ? {} : { source: bound }) });
  });
  socket.bind({ port: sport, ...(source === undefined ? {} : { address: source }) }, () => {
    try {
      socket.connect(port, to, (error?: Error) => {
        if (error) return failed(error);
        bound = socket.address().address;
        socket.send(datagram(n, "q"), failed);
      });
    } catch (error) {
      failed(error as NodeJS.ErrnoException);
    }
  });
  return () => socket.close();
}

function markEnd(to: string, text: string): Promise<null> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isV6(to) ? "udp6" : "udp4");
    socket.send(text, endPort, to, (error) => {
      socket.close();
      if (error) reject(error);
      else resolve(null);
    });
  });
}
