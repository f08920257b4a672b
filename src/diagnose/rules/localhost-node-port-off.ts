/*
 * What it finds: a process of the node asks for a node port at 127.0.0.1, which kube-proxy serves in iptables mode only, and there
 *   only with route_localnet 1 and a rule that takes loopback addresses.
 * Why traffic breaks: a packet from 127.0.0.1 may leave by no device without route_localnet; IPVS lets no such source go at all.
 * How sure: IPVS mode never served it for long, and --iptables-localhost-nodeports=false is somebody's wish. So it is said where
 *   the flow that hurts is this one, or the other node does it; elsewhere only, as possible, where kube-proxy's own rule
 *   takes 127.0.0.1 and the kernel's setting stops it.
 * Fix: the node's own address in place of 127.0.0.1, which works in every mode.
 * References: kubernetes 56320, 67730, 90236, 90259; PRs 57942, 108250, 138427; k0s 5760.
 */
import { words } from "../../base/words.ts";
import { nodeAddress, nodePortAddress } from "../../kube-proxy/node-address.ts";
import { localhostNodePortEntry, nodePortEntry } from "../../kube-proxy/node-port-entry.ts";
import { isSymbolic } from "../../model/net/symbolic.ts";
import { endpointText, type Flow, flowId } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence, Fix } from "../finding.ts";
import { restartKubeProxy } from "../fix/commands.ts";
import { replaceRule, setSysctl } from "../fix/edit.ts";
import { fails, type Probe, probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";

const sysctl = "net.ipv4.conf.all.route_localnet";

/** A process of the node, to a node port at a loopback address. */
const toLocalhost = (side: Side, { flow }: Probe): boolean =>
  flow.from === "host" &&
  flow.to.startsWith("127.") &&
  side.services.some((s) => s.kind === "node-port" && s.port === flow.port && s.proto === flow.proto);

/** No address of the node serves it: what is wrong is not that this one is 127.0.0.1. */
function failsByAddress(side: Side, { flow }: Probe): boolean {
  const to = nodePortAddress(side.snapshot, 4);
  return to !== undefined && fails(probe(side, { ...flow, to }));
}

export const localhostNodePortOff: DefectRule = {
  id: "localhost-node-port-off",

  asks(side: Side): readonly Flow[] {
    if (side.print.mode !== "iptables") return [];
    const port = side.services.find((s) => s.kind === "node-port" && !s.localPolicy && s.endpoints.length > 0);
    const [to] = side.snapshot.iptables.has(4) ? ["127.0.0.1" as Flow["to"]] : [];
    return port && to ? [{ from: "host", to, port: port.port, proto: port.proto }] : [];
  },

  find(subject: Case): Sighting[] {
    const { side, other, wanted } = subject;
    const all = subject.failing.filter((p) => toLocalhost(side, p) && !failsByAddress(side, p));
    const isWanted = (p: Probe): boolean => wanted !== undefined && flowId(wanted) === p.id;
    const worksThere = (p: Probe): boolean => {
      // IPVS mode beside iptables mode: the two differ as they were built
      if (side.print.mode !== "iptables" || other?.print.mode !== "iptables") return false;
      const there = probe(other, p.flow);
      return works(there) && there.trace.summary.dnatTo !== undefined;
    };
    const stopped = side.snapshot.sysctls.get(sysctl)?.value.trim() === "0" && localhostNodePortEntry(side.snapshot);
    const shown = all.filter((p) => isWanted(p) || worksThere(p));
    const probes = shown.length > 0 ? shown : stopped ? all : [];
    if (probes.length === 0) return [];
    return [
      {
        id: "localhost-node-port-off",
        side,
        family: 4,
        probes,
        remedies: remediesOn(side, probes),
        advice: [byNodeAddress(side, probes)],
        missteps: [],
        evidence: evidenceOf(side, probes),
        byAbsence: false,
        ...(shown.length > 0 ? {} : { atMost: "possible" }),
      },
    ];
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? endpointText(first.flow.to, first.flow.port) : "";
    const address = nodeAddress(side.snapshot, 4) ?? "NODE_IP";
    const ipvs = side.print.mode === "ipvs";
    return {
      title: words("Node ports are not served at 127.0.0.1", "127.0.0.1 上不提供 NodePort"),
      what: words(
        `On the ${side.name} node a process that connects to ${to} does not get through; by the node's own address it would.`,
        `${sideWords[side.name]}上的进程连接 ${to} 不通；改用节点自己的地址则可以。`,
      ),
      why: ipvs
        ? words(
            "In IPVS mode no virtual server takes loopback addresses (1.22 and later), and IPVS lets no packet with a loopback source leave the node.",
            "IPVS 模式下（1.22 起）没有虚拟服务监听回环地址，而且 IPVS 不允许源地址为回环地址的报文离开节点。",
          )
        : words(
            "The packet's source is 127.0.0.1. Unless route_localnet is 1, the kernel lets no such packet leave by another device than lo, and kube-proxy's rule must not leave 127.0.0.0/8 out.",
            "报文的源地址是 127.0.0.1。除非 route_localnet 为 1，内核不允许它从 lo 之外的设备发出；kube-proxy 的规则也不能排除 127.0.0.0/8。",
          ),
      verify: [
        ...(ipvs ? [] : [`sysctl ${sysctl}`]),
        ...(first ? [`curl -m 3 http://${endpointText(address, first.flow.port)}/   # any answer will do`] : []),
      ],
    };
  },
};

/** In iptables mode kube-proxy can be told to serve it; in IPVS mode nothing on the node makes it work. */
function remediesOn(side: Side, probes: readonly Probe[]): Remedy[] {
  const entry = nodePortEntry(side.snapshot);
  if (side.print.mode !== "iptables" || !entry) return [];
  const { destination } = entry.header;
  const excludes = destination?.negated === true;
  if (destination && !excludes) return [];
  const fixes: Fix[] = [
    ...(excludes
      ? [
          {
            kind: "config",
            text: "--iptables-localhost-nodeports=true",
            says: words(
              "kube-proxy's flag (iptables.localhostNodePorts in its configuration), the default. It holds after a restart of kube-proxy; undo by false.",
              "kube-proxy 的启动参数（配置文件中为 iptables.localhostNodePorts），这是默认值。重启 kube-proxy 后长期有效；改为 false 即可撤销。",
            ),
          } as const,
          restartKubeProxy,
        ]
      : []),
    {
      kind: "command",
      text: `sysctl -w ${sysctl}=1`,
      says: words(
        "At once, until the next boot; kube-proxy sets it itself when it starts. Undo with 0. It opens 127.0.0.0/8 to packets from the network, which KUBE-FIREWALL must then drop. Open connections stay as they are.",
        "立即生效，重启节点后失效；kube-proxy 启动时也会自行设置。改回 0 即可撤销。它使来自网络的报文也能到达 127.0.0.0/8，需由 KUBE-FIREWALL 丢弃。已建立的连接不变。",
      ),
    },
    byNodeAddress(side, probes),
  ];
  return [
    {
      fixes,
      holds: words("", ""),
      apply: (snapshot) => {
        const { destination: _, ...header } = entry.header;
        return setSysctl(excludes ? replaceRule(snapshot, 4, entry, { ...entry, header }) : snapshot, sysctl, "1");
      },
    },
  ];
}

function byNodeAddress(side: Side, probes: readonly Probe[]): Fix {
  const address = nodeAddress(side.snapshot, 4) ?? "NODE_IP";
  return {
    kind: "config",
    text: endpointText(address, probes[0]?.flow.port ?? 0),
    says: words(
      "The address to use in place of 127.0.0.1, in the client's own settings: it works in every mode of kube-proxy.",
      "在客户端的设置中用它代替 127.0.0.1：kube-proxy 的各种模式下都可用。",
    ),
  };
}

function evidenceOf(side: Side, probes: readonly Probe[]): Evidence[] {
  const found: Evidence[] = [];
  const [first] = probes;
  const value = side.snapshot.sysctls.get(sysctl);
  if (side.print.mode === "iptables" && value?.value.trim() === "0")
    found.push({ side: side.name, at: value.at, says: words(`${sysctl} is 0`, `${sysctl} 为 0`) });
  const entry = nodePortEntry(side.snapshot);
  if (entry)
    found.push({
      side: side.name,
      at: entry.at,
      says: entry.header.destination
        ? words("leaves 127.0.0.1 out", "不含 127.0.0.1")
        : words("takes node ports at any local address", "接受任意本机地址上的 NodePort"),
    });
  const service = side.services.find((s) => s.kind === "node-port" && s.port === first?.flow.port);
  const source = first?.trace.summary.sourceChosen;
  if (service && source !== undefined && !isSymbolic(source))
    found.push({ side: side.name, at: service.at, says: words("the node port asked for", "所访问的 NodePort") });
  return found;
}
