import type { Readable } from "node:stream";
import { readPacket, type SeenPacket } from "./packet-bytes.ts";
import type { Place } from "./place.ts";

/** A rule that a packet matched, or the end of a chain it came to. */
export interface TraceLine {
  readonly packet: SeenPacket;
  readonly hook: string;
  readonly table: string;
  readonly chain: string;
  /** Within the chain; one more than it has rules for its end. */
  readonly number: number;
  readonly in: string | null;
  readonly out: string | null;
  readonly physin: string | null;
  readonly physout: string | null;
  readonly mark: number;
}

/** A packet on one of the node's devices. */
export interface Frame {
  readonly packet: SeenPacket;
  readonly dev: string;
  readonly out: boolean;
}

/** Packets of a capture file, as they come in. */
function eachPacket(input: Readable, take: (bytes: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  let begun = false;
  input.on("data", (part: Buffer) => {
    rest = Buffer.concat([rest, part]);
    if (!begun && rest.length >= 24) {
      begun = true;
      rest = rest.subarray(24);
    }
    while (begun && rest.length >= 16) {
      const length = rest.readUInt32LE(8);
      if (rest.length < 16 + length) break;
      take(rest.subarray(16, 16 + length));
      rest = rest.subarray(16 + length);
    }
  });
}

/** Takes down what the node does with packets, its trace and the frames on its devices, round by round. */
export class Recorder {
  private lines: TraceLine[] = [];
  private frames: Frame[] = [];
  private round = 0;
  private readonly ended = new Set<"trace" | "frames">();
  private awaited: (() => void) | undefined;
  private readonly devices: ReadonlyMap<number, string>;

  /** `devices`: of the node, by index. */
  private constructor(devices: ReadonlyMap<number, string>) {
    this.devices = devices;
  }

  static async start(node: Place): Promise<Recorder> {
    const listed = await node.run("ip", ["-o", "link"]);
    const recorder = new Recorder(
      new Map([...listed.matchAll(/^(\d+): ([^:@]+)/gm)].map(([, index, name = ""]) => [Number(index), name])),
    );
    eachPacket(node.output(3), (bytes) => recorder.takeLog(bytes));
    eachPacket(node.output(4), (bytes) => recorder.takeFrame(bytes));
    await node.ask({ do: "capture", to: 3, args: ["-i", "nflog:0"] });
    const wires = ["-i", "any", "-y", "LINUX_SLL2", "-B", "16384", "-s", "256", "ip or ip6"];
    await node.ask({ do: "capture", to: 4, args: wires });
    return recorder;
  }

  private takeLog(bytes: Buffer): void {
    const fields = new Map<number, Buffer>();
    for (let at = 4; at + 4 <= bytes.length; ) {
      const length = bytes.readUInt16LE(at);
      if (length < 4) break;
      fields.set(bytes.readUInt16LE(at + 2) & 0x7fff, bytes.subarray(at + 4, at + length));
      at += (length + 3) & ~3;
    }
    const prefix = fields.get(nflog.prefix)?.toString("latin1").replace(/\0.*$/s, "") ?? "";
    const payload = fields.get(nflog.payload) ?? Buffer.alloc(0);
    if (prefix.startsWith("natlens end")) {
      this.end("trace", payload);
      return;
    }
    const [, table = "", chain = "", number = ""] =
      /^TRACE: (\S+?):(\S+):(?:rule|return|policy):(\d+) $/.exec(prefix) ?? [];
    const packet = readPacket(payload);
    if (!packet || number === "") return;
    const device = (field: number): string | null => {
      const index = fields.get(field)?.readUInt32BE(0);
      return index === undefined ? null : (this.devices.get(index) ?? `device ${index}`);
    };
    this.lines.push({
      packet,
      hook: hooks[fields.get(nflog.header)?.[2] ?? 0] ?? "?",
      table,
      chain,
      number: Number(number),
      in: device(nflog.in),
      out: device(nflog.out),
      physin: device(nflog.physin),
      physout: device(nflog.physout),
      mark: fields.get(nflog.mark)?.readUInt32BE(0) ?? 0,
    });
  }

  /** LINKTYPE_LINUX_SLL2: protocol 0, device 4, kind 10 (4: sent by the node), packet 20. */
  private takeFrame(bytes: Buffer): void {
    if (bytes.length < 20) return;
    const dev = this.devices.get(bytes.readUInt32BE(4)) ?? "?";
    const body = bytes.subarray(20);
    if (dev === "eth1" && body.includes("natlens end")) {
      this.end("frames", body);
      return;
    }
    const packet = readPacket(body);
    if (packet) this.frames.push({ packet, dev, out: bytes[10] === 4 });
  }

  private end(of: "trace" | "frames", packet: Buffer): void {
    if (!packet.toString("latin1").endsWith(endText(this.round))) return;
    this.ended.add(of);
    this.awaited?.();
  }

  /** All that was recorded until now; `mark` sends the text that ends it, again and again while it does not come. */
  async take(mark: (text: string) => Promise<unknown>): Promise<{ lines: TraceLine[]; frames: Frame[] }> {
    this.round++;
    this.ended.clear();
    for (let tries = 0; this.ended.size < 2; tries++) {
      if (tries === 15) throw new Error("the recording of a round does not end");
      await mark(endText(this.round));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 3_000);
        this.awaited = () => {
          if (this.ended.size < 2) return;
          clearTimeout(timer);
          resolve();
        };
        this.awaited();
      });
      this.awaited = undefined;
    }
    const taken = { lines: this.lines, frames: this.frames };
    this.lines = [];
    this.frames = [];
    return taken;
  }
}

const endText = (round: number): string => `natlens end ${round}.`;
const hooks = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

/** linux/netfilter/nfnetlink_log.h, enum nfulnl_attr_type. */
const nflog = { header: 1, mark: 2, in: 4, out: 5, physin: 6, physout: 7, payload: 9, prefix: 10 };
