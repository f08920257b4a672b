/*
 * What it finds: a rule of a pod's host port leads to an address that no pod of this node has any more: nothing routes it to the
 *   node's own pods, or a later rule for the same port leads to a pod that lives.
 * Why traffic breaks: the first rule wins, so the port is dead until the old rule goes, though a new pod holds it.
 * How sure: without a route the packet leaves the node, which a host port never does. Of two rules for one port the first is the
 *   older; that its pod is gone is no more than possible, unless kubectl, endpoints or routes know only the later one.
 * Fix: delete the pod's chain and the rule that leads there.
 * References: containernetworking/plugins 683, PR 269; talos 9223; rke 3440.
 */
import { words } from "../../base/words.ts";
import { type HostPort, hostPorts } from "../../kube-proxy/host-ports.ts";
import { nodeAddress } from "../../kube-proxy/node-address.ts";
import { prefixLength } from "../../model/net/cidr.ts";
import { bitsOf, type Family, familyOf, fromValue, type Ip } from "../../model/net/ip.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Flow } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { toolFor } from "../fix/commands.ts";
import { replaceRule } from "../fix/edit.ts";
import { fails } from "../probe.ts";
import type { Side } from "../side.ts";
import { hostPortRule } from "./host-port-captures-cluster-ip.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** So many ports are asked, those with two rules first. */
const mostAsked = 12;

const samePort = (a: HostPort, b: HostPort): boolean => a.proto === b.proto && a.port === b.port && a.only === b.only;

/** Host ports, each with a later one for the same port that it hides. */
function portsOf(side: Side, family: Family): { readonly own: HostPort; readonly hidden?: HostPort }[] {
  const ruleset = side.snapshot.iptables.get(family);
  if (!ruleset) return [];
  const all = [...hostPorts(ruleset)];
  return all.map((own, i) => {
    const hidden = all.slice(i + 1).find((later) => samePort(own, later) && later.pod !== own.pod);
    return hidden ? { own, hidden } : { own };
  });
}

/** Some dump names a pod with this address. */
function isAlive({ snapshot, services }: Side, pod: Ip): boolean {
  return (
    snapshot.cluster.pods.some((p) => p.podIps.includes(pod)) ||
    services.some((s) => s.endpoints.some((e) => e.address === pod)) ||
    snapshot.routes.list.some(
      ({ to, table, type }) =>
        table === "main" &&
        type === "unicast" &&
        prefixLength(to) === bitsOf(to.family) &&
        fromValue(to.family, to.base) === pod,
    )
  );
}

export const staleHostPort: DefectRule = {
  id: "stale-host-port",

  asks(side: Side): readonly Flow[] {
    return ([4, 6] as const).flatMap((family) => {
      const to = nodeAddress(side.snapshot, family);
      if (to === undefined) return [];
      return portsOf(side, family)
        .sort((a, b) => Number(b.hidden !== undefined) - Number(a.hidden !== undefined))
        .slice(0, mostAsked)
        .map(({ own: { port, proto } }): Flow => ({ from: "external", to, port, proto }));
    });
  },

  find({ side, probes: all }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const)
      for (const { own, hidden } of portsOf(side, family)) {
        const probes = all.filter((p) => familyOf(p.flow.to) === family && hostPortRule(p)?.at === own.dnat.at);
        const [first] = probes;
        if (!first) continue;
        const lost = probes.filter((p) => fails(p) && goneReasons.includes(p.trace.ending.reason));
        // the portmap plugin appends; the kubelet may put the newer rule first
        const older = own.dnat.chain.startsWith("CNI-") || (hidden !== undefined && isAlive(side, hidden.pod));
        const shadowed = hidden && older && !isAlive(side, own.pod);
        if (lost.length === 0 && !shadowed) continue;
        const sure = lost.length > 0 || (hidden !== undefined && isAlive(side, hidden.pod));
        const tool = toolFor(family);
        const chain = own.dnat.chain;
        sightings.push({
          id: "stale-host-port",
          side,
          family,
          probes: lost.length > 0 ? lost : probes,
          remedies: [
            {
              fixes: [
                {
                  kind: "command",
                  text: `${tool} -t nat -D ${printRule(own.entry).replace(/^-A /, "")}; ${tool} -t nat -F ${chain}; ${tool} -t nat -X ${chain}`,
                  says: words(
                    "At once, for new connections, and for good: nobody writes it again. Look first that no pod has the address: crictl pods, kubectl get pods -A -o wide. Undo by adding the rules again.",
                    "立即对新连接生效，且长期有效：不会有人再写回它。请先确认没有 Pod 使用该地址：crictl pods、kubectl get pods -A -o wide。重新添加规则即可撤销。",
                  ),
                },
                {
                  kind: "config",
                  text: "containernetworking/plugins 1.1 or newer   # portmap deletes by the pod's own id; then restart the pods with host ports",
                  says: words(
                    "So that it does not happen again. Restarts those pods.",
                    "避免再次发生。会重启这些 Pod。",
                  ),
                },
              ],
              holds: words("Shown with the old rule gone.", "以删除旧规则后的情形验证。"),
              apply: (snapshot) => replaceRule(snapshot, family, own.entry),
            },
          ],
          healed: ({ trace }) =>
            trace.summary.dnatTo === undefined || fieldKey(trace.summary.dnatTo.address) !== own.pod,
          missteps: [],
          evidence: [
            {
              side: side.name,
              at: own.dnat.at,
              says: words(`port ${own.port} goes to ${own.pod}`, `端口 ${own.port} 转到 ${own.pod}`),
            },
            ...(hidden
              ? [
                  {
                    side: side.name,
                    at: hidden.dnat.at,
                    says: words(
                      `a later rule for the same port goes to ${hidden.pod}`,
                      `同一端口靠后的规则转到 ${hidden.pod}`,
                    ),
                  },
                ]
              : []),
          ],
          byAbsence: false,
          ...(sure ? {} : { atMost: "possible" }),
          ...(lost.length > 0
            ? {}
            : {
                doubt: words(
                  `That no pod has ${own.pod} is concluded from the second rule: two pods cannot hold one host port at a time, and the first rule is the older.`,
                  `“没有 Pod 使用 ${own.pod}”是由第二条规则推断的：一个 hostPort 不能同时属于两个 Pod，而前面的规则更旧。`,
                ),
              }),
        });
      }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const pod = first?.trace.summary.dnatTo;
    return {
      title: words("A host port leads to a pod that is gone", "hostPort 指向已不存在的 Pod"),
      what: words(
        `On the ${side.name} node connections to ${to} are sent to ${pod ? fieldKey(pod.address) : ""}, an address that no pod of this node has any more.`,
        `${sideWords[side.name]}上，到 ${to} 的连接被送往 ${pod ? fieldKey(pod.address) : ""}，而本节点已没有 Pod 使用该地址。`,
      ),
      why: words(
        "The rule was not deleted with its pod, and the first rule for a port wins.",
        "规则没有随 Pod 一起删除，而同一端口先匹配的规则生效。",
      ),
      verify: [
        `${toolFor(family)} -t nat -S | grep -E 'CNI-(HOSTPORT-DNAT|DN-)|KUBE-HP-' | grep -F ${pod ? fieldKey(pod.address) : ""}   # prints nothing`,
      ],
    };
  },
};

const goneReasons: readonly string[] = ["pod-without-route", "no-route", "blackhole-route"];
