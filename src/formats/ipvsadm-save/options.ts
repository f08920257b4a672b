import type { Forwarding, RealServer } from "../../model/ipvs/virtual-server.ts";
import type { Word } from "../words.ts";

/** Long names of ipvsadm 1.31's options, and the short ones they stand for. */
const short: Readonly<Record<string, string>> = {
  "--add-service": "-A",
  "--edit-service": "-E",
  "--delete-service": "-D",
  "--clear": "-C",
  "--add-server": "-a",
  "--edit-server": "-e",
  "--delete-server": "-d",
  "--tcp-service": "-t",
  "--udp-service": "-u",
  "--fwmark-service": "-f",
  "--scheduler": "-s",
  "--persistent": "-p",
  "--netmask": "-M",
  "--real-server": "-r",
  "--masquerading": "-m",
  "--gatewaying": "-g",
  "--ipip": "-i",
  "--weight": "-w",
  "--u-threshold": "-x",
  "--l-threshold": "-y",
  "--ipv6": "-6",
  "--ops": "-o",
  "--sched-flags": "-b",
  "--numeric": "-n",
};
const withValue = new Set([
  "-A",
  "-s",
  "-M",
  "-r",
  "-w",
  "-x",
  "-y",
  "-b",
  "--pe",
  "--tun-type",
  "--tun-port",
  "-t",
  "-u",
  "-f",
  "--sctp-service",
]);
const alone = new Set([
  "-A",
  "-E",
  "-D",
  "-C",
  "-a",
  "-e",
  "-d",
  "-m",
  "-g",
  "-i",
  "-6",
  "-o",
  "-n",
  "--tun-nocsum",
  "--tun-csum",
  "--tun-remcsum",
]);
const tunnel = new Set(["--tun-type", "--tun-port", "--tun-nocsum", "--tun-csum", "--tun-remcsum"]);

export interface Options {
  /** By short name; what has no value is there with an empty word. */
  readonly values: ReadonlyMap<string, Word>;
  /** Words that no option of ipvsadm 1.31 explains. */
  readonly unknown: readonly Word[];
  readonly tunnel: string;
}

export function readOptions(list: readonly Word[]): Options {
  const values = new Map<string, Word>();
  const unknown: Word[] = [];
  const wrapped: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const word = list[i];
    if (!word) continue;
    const name = short[word.text] ?? word.text;
    const next = list[i + 1];
    const valued = name !== "-A" && withValue.has(name);
    // -p alone: 300 seconds
    const given = valued || (name === "-p" && next !== undefined && !next.text.startsWith("-"));
    if (!valued && !alone.has(name) && name !== "-p") {
      unknown.push(word);
      continue;
    }
    if (tunnel.has(name)) wrapped.push(valued && next ? `${name} ${next.text}` : name);
    values.set(name, given && next ? next : { ...word, text: "" });
    if (given) i++;
  }
  return { values, unknown, tunnel: wrapped.join(" ") };
}

export const forwardingOf = (values: Options["values"]): Forwarding =>
  values.has("-m") ? "masq" : values.has("-i") ? "tunnel" : "route";

/** What the options say of a virtual server besides its address. */
export function schedulingOf({ values, unknown }: Options) {
  const text = (name: string): string | undefined => values.get(name)?.text;
  const mask = text("-M");
  const engine = text("--pe");
  const more = unknown.map((w) => w.text).join(" ");
  const flags = (text("-b") ?? "").split(",").filter(Boolean);
  return {
    scheduler: text("-s") ?? "wlc",
    ...(values.has("-p") ? { persistence: Number(text("-p")) || 300 } : {}),
    ...(mask === undefined ? {} : { mask }),
    flags: values.has("-o") ? [...flags, "ops"] : flags,
    ...(engine === undefined ? {} : { engine }),
    ...(more === "" ? {} : { more }),
  };
}

/** What the options say of a real server besides its address. */
export function realOptions({
  values,
  unknown,
  tunnel,
}: Options): Pick<RealServer, "forwarding" | "weight" | "tunnel" | "more"> {
  const thresholds = ["-x", "-y"].flatMap((name) => (values.has(name) ? [`${name} ${values.get(name)?.text}`] : []));
  const more = [...thresholds, ...unknown.map((w) => w.text)].join(" ");
  return {
    forwarding: forwardingOf(values),
    weight: Number(/^\d+$/.exec(values.get("-w")?.text ?? "")?.[0] ?? 1),
    ...(tunnel === "" ? {} : { tunnel }),
    ...(more === "" ? {} : { more }),
  };
}
