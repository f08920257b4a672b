import { negatedIf, or, type Ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { type Port, portIn } from "../../net/symbolic.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { portNumbers, readPort } from "../values/port.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

/** A port alone is a list of one; `80:80` stays a range when printed. */
type PortItem = readonly [number] | readonly [number, number];

const slots = 15;

/** `53,5353,6000:6100`: at most 15 numbers, a range takes two. libxt_multiport.c parse_multi_ports_v1. */
const portList: ValueKind<readonly PortItem[]> = {
  words: 1,
  read([text = ""], refuse) {
    const items: PortItem[] = [];
    for (const part of text.split(",")) {
      const [from = "", to, more] = part.split(":");
      const low = readPort(from, refuse);
      if (low === undefined) return undefined;
      if (to === undefined) {
        items.push([low]);
        continue;
      }
      const high = more === undefined ? readPort(to, refuse) : undefined;
      if (high === undefined)
        return more === undefined
          ? undefined
          : refuse("not-a-port", words(`“${part}” is not a range of ports.`, `“${part}” 不是端口范围。`));
      if (low >= high)
        return refuse("range-reversed", words(`${part} does not run upwards.`, `${part} 不是由小到大的范围。`));
      items.push([low, high]);
    }
    if (items.reduce((sum, item) => sum + item.length, 0) > slots)
      return refuse("too-many", words(`More than ${slots} ports stand in the list.`, `列表中的端口超过 ${slots} 个。`));
    return items;
  },
  print: (items) => items.map((item) => item.join(":")).join(","),
};

const among = (port: Port, items: readonly PortItem[]): Ternary =>
  items.reduce<Ternary>((found, [low, high]) => or(found, portIn(port, low, high ?? low)), "no");

const withPorts = new Set(["tcp", "udp", "udplite", "sctp", "dccp"]);

/** xt_multiport.c multiport_mt, ports_match_v1. */
export const multiport = defineMatch({
  name: "multiport",
  level: "modelled",
  fields: {
    sports: negatable(["--sports", "--source-ports"], portList),
    dports: negatable(["--dports", "--destination-ports"], portList),
    ports: negatable("--ports", portList),
  },
  needs: [["sports", "dports", "ports"]],
  exclusive: [["sports", "dports", "ports"]],
  test({ sports, dports, ports }, packet) {
    if (!withPorts.has(packet.proto)) return "no";
    if (sports) return negatedIf(sports.negated, among(packet.sport, sports.is));
    if (dports) return negatedIf(dports.negated, among(packet.dport, dports.is));
    if (!ports) return "yes";
    return negatedIf(ports.negated, or(among(packet.sport, ports.is), among(packet.dport, ports.is)));
  },
  list: listForm(/multiport/, [
    ["--sports", /sports +(?<not>!)?(?<a>\S+)/, ({ a = "" }) => [portNumbers(a)]],
    ["--dports", /dports +(?<not>!)?(?<a>\S+)/, ({ a = "" }) => [portNumbers(a)]],
    ["--ports", /ports +(?<not>!)?(?<a>\S+)/, ({ a = "" }) => [portNumbers(a)]],
  ]),
});
