import { shellWord } from "../base/shell-word.ts";
import { verbatim, type Words, words } from "../base/words.ts";
import type { Ip } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, isSymbolic, type Port } from "../model/net/symbolic.ts";
import type { Guess } from "../model/node/question.ts";
import type { Habits } from "./habits.ts";
import { ipvsDevice, nodePortRange, plainSetName } from "./names.ts";
import type { KnownService } from "./services.ts";

const save = (set: string): string => `ipset save ${shellWord(set)}`;
/** An element as ipset prints it; symbolic parts in the language at hand. */
const inWords = (parts: readonly (Address | Port)[], join: (texts: readonly string[]) => string): Words => {
  const text = (language: keyof Words): string =>
    join(parts.map((p) => (isSymbolic(p) ? p.says[language] : String(p))));
  return words(text("en"), text("zh-CN"));
};

/** What kube-proxy usually puts into a set that was not pasted. Sets of other owners stay unknown. */
export function setMember(
  habits: Habits,
  set: string,
  dims: readonly ("src" | "dst")[],
  packet: Packet,
): Guess | undefined {
  const name = plainSetName(set);
  const address = dims[0] === "src" ? packet.src : packet.dst;
  const port = dims[1] === "src" ? packet.sport : packet.dport;
  const known = (answer: boolean, about: Words, because: Words): Guess => ({
    answer,
    about,
    because,
    settledBy: save(set),
  });
  const holds: Holds = (answer, element, because) =>
    known(
      answer,
      words(
        `${set} ${answer ? "holds" : "does not hold"} ${element.en}.`,
        `${set} 中${answer ? "有" : "没有"} ${element["zh-CN"]}。`,
      ),
      because,
    );
  const element = inWords([address, port], ([a, p]) => `${a}:${p}/${packet.proto}`);

  if (name === "KUBE-CLUSTER-IP") {
    const service =
      isSymbolic(address) || isSymbolic(port) ? undefined : habits.served.get(`${packet.proto} ${address} ${port}`);
    if (service) return holds(service.kind === "cluster-ip", element, why(service));
    if (
      isSymbolic(address) &&
      address.local === undefined &&
      address.within === undefined &&
      !/pod|client|node|address-of/.test(address.symbol)
    )
      return undefined;
    return holds(
      false,
      element,
      words("The dumps show no service at that address and port.", "输出中没有该地址和端口上的 Service。"),
    );
  }
  if (name === "KUBE-LOOP-BACK") {
    const source = dims[2] === "src" ? packet.src : packet.dst;
    if (fieldKey(source) === fieldKey(address) && !isSymbolic(address) && habits.endpoints(address))
      return holds(
        true,
        inWords([address, port, source], ([a, p, from]) => `${a}:${p}/${packet.proto},${from}`),
        words("It is an endpoint that reaches itself.", "这是 endpoint 访问自己。"),
      );
    return {
      kind: "only-itself",
      answer: false,
      about: words(
        `${set} does not hold a server together with another sender.`,
        `${set} 中没有“服务端加另一个发送方”的集合项。`,
      ),
      because: words(
        "kube-proxy puts only endpoints that reach themselves there.",
        "kube-proxy 只把访问自己的 endpoint 放进去。",
      ),
      settledBy: save(set),
    };
  }
  if (name.startsWith("KUBE-NODE-PORT-")) return nodePort(habits, name, packet, dims, holds);
  if (name === "KUBE-IPVS-IPS") {
    if (isSymbolic(address)) return undefined;
    const on = habits.addresses.has(address) || ipvsAddress(habits, address);
    return holds(
      on,
      verbatim(address),
      words(`kube-proxy puts the addresses of ${ipvsDevice} there.`, `kube-proxy 把 ${ipvsDevice} 上的地址放进去。`),
    );
  }
  if (name === "KUBE-HEALTH-CHECK-NODE-PORT")
    return holds(
      false,
      inWords([packet.dport], ([p]) => p ?? ""),
      words("The dumps show no health check port.", "输出中没有健康检查端口。"),
    );
  if (/^cali\d+-?(all|masq)-ipam-pools$/.test(name)) return ipamPool(habits, address, holds);
  if (/^KUBE-(EXTERNAL-IP|LOAD-BALANCER)/.test(name)) return outside(habits, name, address, port, packet, holds);
  return undefined;
}

/** Calico's own sets: the ranges that it gives to pods, and those of them that it masquerades. */
function ipamPool(habits: Habits, address: Address, holds: Holds): Guess | undefined {
  const pools = words(
    "Calico's pools hold pod addresses, and a cluster IP is none.",
    "Calico 的地址池里是 Pod 地址，cluster IP 不在其中。",
  );
  if (isSymbolic(address)) return address.local ? holds(false, address.says, pools) : undefined;
  return habits.clusterIps.has(address) ? holds(false, verbatim(address), pools) : undefined;
}

type Holds = (answer: boolean, element: Words, because: Words) => Guess;

function outside(
  habits: Habits,
  name: string,
  address: Address,
  port: Port,
  packet: Packet,
  holds: Holds,
): Guess | undefined {
  const element = inWords([address, port], ([a, p]) => `${a}:${p}/${packet.proto}`);
  if (isSymbolic(address))
    return holds(
      false,
      element,
      words("It is no external or load balancer address.", "它不是 external IP 或负载均衡地址。"),
    );
  const service = isSymbolic(port) ? undefined : habits.served.get(`${packet.proto} ${address} ${port}`);
  if (!service || service.kind === "cluster-ip")
    return holds(
      false,
      element,
      words(
        "The dumps show no external or load balancer service there.",
        "输出中该处没有 external IP 或负载均衡服务。",
      ),
    );
  const external = name.startsWith("KUBE-EXTERNAL-IP") ? service.kind === "external" : service.kind === "load-balancer";
  if (!external) return holds(false, element, why(service));
  if (name.endsWith("-LOCAL")) return holds(service.localPolicy ?? false, element, policyWords);
  if (/-(FW|SOURCE-IP|SOURCE-CIDR)$/.test(name))
    return holds(
      false,
      element,
      words("Few services limit their sources; the dumps show no limit.", "很少有 Service 限制来源，输出中也没有。"),
    );
  if (name.endsWith("-MASQ") || name === "KUBE-EXTERNAL-IP")
    return holds(!(service.localPolicy ?? false), element, why(service));
  return holds(true, element, why(service));
}

const policyWords = words(
  "externalTrafficPolicy is Cluster unless a dump says Local.",
  "除非输出中写明 Local，externalTrafficPolicy 为 Cluster。",
);

function nodePort(
  habits: Habits,
  name: string,
  packet: Packet,
  dims: readonly ("src" | "dst")[],
  holds: Holds,
): Guess | undefined {
  const port = dims.length > 1 ? packet.dport : dims[0] === "src" ? packet.sport : packet.dport;
  if (isSymbolic(port)) return undefined;
  const proto = /-(TCP|UDP|SCTP)/.exec(name)?.[1]?.toLowerCase();
  const policy = proto === undefined ? undefined : habits.nodePorts.get(`${proto} ${port}`);
  if (policy !== undefined) {
    if (name.includes("-LOCAL-")) return holds(policy, verbatim(String(port)), policyWords);
    return holds(
      true,
      verbatim(String(port)),
      words("A service has this node port.", "有 Service 使用这个 NodePort。"),
    );
  }
  if (port < nodePortRange[0] || port > nodePortRange[1])
    return holds(
      false,
      verbatim(String(port)),
      words(
        `Node ports lie between ${nodePortRange[0]} and ${nodePortRange[1]} unless the API server says otherwise.`,
        `除非 API server 另有设置，NodePort 在 ${nodePortRange[0]}–${nodePortRange[1]} 之间。`,
      ),
    );
  if (habits.snapshot.ipvs.coverage === "whole")
    return holds(
      false,
      verbatim(String(port)),
      words("No virtual server has this port.", "没有虚拟服务使用这个端口。"),
    );
  return undefined;
}

const why = (service: KnownService): Words =>
  service.kind === "cluster-ip"
    ? words(
        `The node serves ${service.address}:${service.port} as a cluster IP.`,
        `该节点把 ${service.address}:${service.port} 作为 cluster IP 提供服务。`,
      )
    : words(
        `The node serves ${service.address}:${service.port} as an outside address.`,
        `该节点把 ${service.address}:${service.port} 作为外部地址提供服务。`,
      );

const ipvsAddress = (habits: Habits, address: Ip): boolean =>
  habits.snapshot.links.list.some(
    (link) => link.name === ipvsDevice && link.addresses.some((a) => a.address === address),
  );
