import { words } from "../base/words.ts";
import type { Ip } from "../model/net/ip.ts";
import { type Address, isSymbolic, type Port } from "../model/net/symbolic.ts";
import type { Rule } from "../model/netfilter/rule.ts";
import type { Guess, Question } from "../model/node/question.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { sentByOtherInterface } from "./aws-cni.ts";
import { hidesDetector } from "./cluster-cidr.ts";
import { type Habits, habitsOf } from "./habits.ts";
import { ipvsDevice } from "./names.ts";
import { localhostNodePortEntry } from "./node-port-entry.ts";
import { podRoute } from "./pod-routes.ts";
import { wordedRule } from "./rule-words.ts";
import { type KnownService, servicesOf } from "./services.ts";
import { setMember } from "./set-habits.ts";

/**
 * What kube-proxy usually has where a dump is missing. It speaks only of what follows from the services that are
 * known; sets of other owners stay unknown.
 */
export function guessFor(
  snapshot: NodeSnapshot,
  known?: readonly KnownService[],
): (question: Question) => Guess | undefined {
  const habits = habitsOf(snapshot, known ?? servicesOf(snapshot));
  const answers = new Map<Ip, Guess | undefined>();
  const routed = (address: Ip): Guess | undefined => {
    if (!answers.has(address)) answers.set(address, podRoute(snapshot, address));
    return answers.get(address);
  };
  return (question) => {
    if (question.ask === "address-local") return addressLocal(habits, question.address);
    if (question.ask === "service-address") return serviceAddress(habits, question.address);
    if (question.ask === "outside-address") return outsideAddress(habits, question.address);
    if (question.ask === "node-port") return nodePort(habits, question.port, question.proto);
    if (question.ask === "endpoint-here") return endpointHere(habits, question.service);
    if (question.ask === "endpoint") return endpoint(habits, question.service, question.address, question.port);
    if (question.ask === "other-interface") return sentByOtherInterface(snapshot, question.source, question.dev);
    if (question.ask === "pod-route") return isSymbolic(question.address) ? undefined : routed(question.address);
    if (question.ask === "pod-unrouted") return undefined;
    if (question.ask === "route-localnet") return routeLocalnet(snapshot);
    if (question.ask === "all-interfaces") return allInterfaces(question.rule);
    return setMember(habits, question.set, question.dims, question.packet);
  };
}

/** Asked only where no dump of addresses settles it. */
function addressLocal(habits: Habits, address: Address): Guess | undefined {
  if (isSymbolic(address)) {
    if (address.within && habits.holdsClusterIp(address.within)) return undefined;
    return {
      answer: false,
      about: words(`${address.says.en} is no address of this node.`, `${address.says["zh-CN"]}不是本节点的地址。`),
      because: words("The sender is somebody else.", "发送方不是本节点。"),
      settledBy: "ip addr",
    };
  }
  if ([...(habits.snapshot.nodeStandIn?.values() ?? [])].includes(address))
    return {
      answer: true,
      about: words(`${address} stands for the node's own address.`, `以 ${address} 代表节点自己的地址。`),
      because: words(
        "No dump shows an address of the node, and kube-proxy takes node ports on every one that it has.",
        "没有任何输出给出节点的地址，而 kube-proxy 在节点的每个地址上都接受 NodePort。",
      ),
      settledBy: "ip addr",
    };
  if (!habits.virtual.has(address)) return onlyShown;
  return {
    answer: true,
    about: words(`${address} is an address of this node.`, `${address} 是本节点的地址。`),
    because: habits.addresses.has(address)
      ? words(
          `It is a virtual server's address, and kube-proxy binds those to ${ipvsDevice}.`,
          `它是虚拟服务的地址，kube-proxy 会把它绑定在 ${ipvsDevice} 上。`,
        )
      : words(
          "It has a virtual server for a node port, and those stand on the node's own addresses.",
          "它上面有 NodePort 的虚拟服务，而它们建在节点自己的地址上。",
        ),
    settledBy: "ip addr",
  };
}

const onlyShown: Guess = {
  kind: "only-shown",
  answer: false,
  about: words("The node has no addresses but those that the dumps show.", "除输出中显示的以外，该节点没有别的地址。"),
  because: words(
    "Node addresses that matter for a Service show up in some dump.",
    "与 Service 有关的节点地址总会出现在某个输出里。",
  ),
  settledBy: "ip addr",
};

/*
 * Ten thousand Services are asked about, and of few answers anybody reads the words: those of an address are made when somebody does.
 */

/** Whom a Service's packets may be sent to, where kube-proxy's own rules or virtual servers say it. */
function endpoint(
  { served, realServers }: Habits,
  service: { readonly address: Ip; readonly port: number; readonly proto: string },
  address: Address,
  port?: Port,
): Guess | undefined {
  const known = served.get(`${service.proto} ${service.address} ${service.port}`);
  if (!known?.endpointsKnown || known.endpoints.length === 0 || isSymbolic(address)) return undefined;
  const drained = realServers(service.address, service.port).has(address);
  return {
    answer:
      drained ||
      known.endpoints.some((e) => e.address === address && (port === undefined || isSymbolic(port) || e.port === port)),
    get about() {
      return words(
        `The endpoints of ${service.address} are those that kube-proxy wrote.`,
        `${service.address} 的端点就是 kube-proxy 写入的那些。`,
      );
    },
    because: inItsRules,
  };
}
const inItsRules = words("They stand in its own rules.", "它们写在它自己的规则中。");

/** In iptables mode the chain of a Local traffic policy (KUBE-XLB, KUBE-SVL) leads to the node's own pods only. */
function endpointHere(
  { localOnly }: Habits,
  service: { readonly address: Ip; readonly port: number; readonly proto: string },
): Guess | undefined {
  const { address, port, proto } = service;
  if (!localOnly.has(`${proto} ${address} ${port}`)) return undefined;
  return {
    answer: true,
    about: words(
      `The endpoints that an outside client of ${address}:${port} is led to are pods of this node.`,
      `${address}:${port} 的外部客户端被引到的 endpoint 是本节点的 Pod。`,
    ),
    because: words("The Service's traffic policy is Local.", "该 Service 的流量策略为 Local。"),
    settledBy: "kubectl get pods --all-namespaces -o wide",
  };
}

/** A cluster IP lives only in the rules of nodes: nobody else has a route for it. */
function serviceAddress(habits: Habits, address: Address): Guess | undefined {
  if (isSymbolic(address)) return undefined;
  const is = habits.clusterIps.has(address);
  if (!is) return undefined;
  return {
    answer: true,
    get about() {
      return words(`No router sends ${address} back to this node.`, `没有路由器会把发往 ${address} 的报文送回本节点。`);
    },
    get because() {
      return words(
        `${address} is a cluster IP: it exists only in the rules of the nodes.`,
        `${address} 是 cluster IP，只存在于各节点的规则中。`,
      );
    },
    settledBy: `ip route get ${address}   # on the router or on the server`,
  };
}

/** An address for clients outside: what comes to a node with it was meant for kube-proxy there. */
function outsideAddress(habits: Habits, address: Address): Guess | undefined {
  if (isSymbolic(address)) return undefined;
  const kind = habits.addresses.get(address)?.kind;
  if (kind !== "external" && kind !== "load-balancer") return undefined;
  return {
    answer: true,
    about: words(`The network sends ${address} to the nodes.`, `网络把发往 ${address} 的报文送到各节点。`),
    because: words("It is an outside address of a Service.", "它是某个 Service 的外部地址。"),
    settledBy: `ip route get ${address}   # on the router`,
  };
}

/** Node ports are for Services; up to 1.23 kube-proxy itself holds them open, and answers nobody. */
function nodePort(habits: Habits, port: Port, proto: string): Guess | undefined {
  if (isSymbolic(port) || !habits.nodePorts.has(`${proto} ${port}`)) return undefined;
  return {
    answer: true,
    about: words(`No process of the node serves port ${port}.`, `本节点没有进程在 ${port} 端口上提供服务。`),
    because: words("It is the node port of a Service.", "它是某个 Service 的 NodePort。"),
    settledBy: "ss -lntup",
  };
}

/** In iptables mode kube-proxy serves node ports on 127.0.0.1 too, unless its rule leaves that address out. */
function routeLocalnet(snapshot: NodeSnapshot): Guess | undefined {
  if (!localhostNodePortEntry(snapshot)) return undefined;
  return {
    answer: true,
    about: words("net.ipv4.conf.all.route_localnet is 1.", "net.ipv4.conf.all.route_localnet 为 1。"),
    because: words(
      "kube-proxy sets it in iptables mode, and its rule takes node ports on 127.0.0.1.",
      "iptables 模式的 kube-proxy 会设置它，且其规则接受 127.0.0.1 上的 NodePort。",
    ),
    settledBy: "sysctl net.ipv4.conf.all.route_localnet",
  };
}

/**
 * kube-proxy's rules name interfaces only to tell pods from others, and then it is a rule that marks for masquerading and tests no
 * source. Of such a rule nothing is taken for granted.
 */
function allInterfaces(rule: Rule): Guess | undefined {
  const { chain, target, table } = rule;
  const leadsTo = target?.kind === "chain" ? target.name : "";
  if (!chain.startsWith("KUBE-") && !leadsTo.startsWith("KUBE-")) return undefined;
  if (hidesDetector(wordedRule(rule))) return undefined;
  return {
    answer: true,
    about: words(
      `kube-proxy's rules in table ${table} have no conditions on interfaces but those that tell pods from others.`,
      `表 ${table} 中 kube-proxy 的规则，除用于区分 Pod 的以外，不带接口条件。`,
    ),
    because: words(
      "A listing without -v hides interfaces, and kube-proxy names none in such a rule.",
      "没有 -v 的列表不显示接口，而 kube-proxy 在这类规则中不写接口。",
    ),
    settledBy: `iptables-save -t ${table}`,
  };
}
