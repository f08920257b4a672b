import type { FlowView } from "../analysis/view.ts";
import { verbatim, words } from "../base/words.ts";
import {
  boundFlow,
  bridgeAddress,
  hostFlow,
  manualRule,
  nodeAddress,
  podFlow,
  podRange,
  service,
  serviceRange,
} from "../scenarios/incident/facts.ts";
import type { Choice, Walkthrough } from "./walkthrough.ts";

type Shown = NonNullable<FlowView["broken"]>["traces"][number];
const brokenTrace = (view: FlowView): Shown | undefined => view.broken?.traces[0];

/** First step of the broken lane that is of this kind. */
const stepOf =
  (kind: Shown["steps"][number]["kind"]) =>
  (view: FlowView): number | undefined => {
    const at = brokenTrace(view)?.steps.findIndex((step) => step.kind === kind) ?? -1;
    return at === -1 ? undefined : at;
  };
const lastStep = (view: FlowView): number | undefined => {
  const count = brokenTrace(view)?.steps.length ?? 0;
  return count === 0 ? undefined : count - 1;
};

const addresses = [nodeAddress, service, bridgeAddress];
const choiceOf = (address: unknown): number => (addresses as readonly unknown[]).indexOf(address);
const addressChoices = (notes: readonly Choice["says"][]): Choice[] =>
  addresses.map((address, i) => ({ says: verbatim(address), ...(notes[i] ? { note: notes[i] } : {}) }));

const connects = words("The connection is made", "连接建立");
const times = words("It still times out", "仍然超时");
const works = (view: FlowView): number => (view.broken?.outcome === "delivered" ? 0 : 1);

export const incident: Walkthrough = {
  slug: "incident",
  title: words("The node that could not reach its own API", "访问不了自己 API 的节点"),
  says: words(
    "From the symptom to the wrong fix to the right one, as it happened in 2019. Predict the next hop; the simulator knows.",
    "从现象到错误的修法，再到正确的修法，如 2019 年发生的那样。预测下一跳，答案由模拟给出。",
  ),
  scenario: "incident",
  steps: [
    {
      title: words("The symptom", "现象"),
      text: [
        words(
          `On one node, \`telnet ${service} 443\` hangs. ${service} is the cluster IP of the API server. \`ping\` answers. Pods on the same node connect.`,
          `某个节点上，\`telnet ${service} 443\` 一直不通。${service} 是 API server 的 cluster IP。\`ping\` 有回应，同一节点上的 Pod 也能连接。`,
        ),
        words(
          "kube-proxy runs in IPVS mode. The upper lane is a node where it works, the lower lane the node where it does not.",
          "kube-proxy 使用 IPVS 模式。上面一条线是正常节点，下面一条线是异常节点。",
        ),
      ],
      show: { flow: hostFlow, step: () => 0 },
    },
    {
      title: words("Which source?", "源地址是哪个？"),
      text: [
        words(
          `kube-proxy has put ${service} on the dummy device \`kube-ipvs0\`, so that packets for it come to this node's own stack.`,
          `kube-proxy 把 ${service} 绑定在虚拟设备 \`kube-ipvs0\` 上，好让发往它的报文进入本机协议栈。`,
        ),
        words(
          "The process has not bound a source address. The kernel has to choose one.",
          "进程没有绑定源地址，由内核来选。",
        ),
      ],
      show: { flow: hostFlow, side: "broken", step: stepOf("sent") },
      question: {
        prompt: words("Which source address does the kernel choose?", "内核选择哪个源地址？"),
        choices: addressChoices([
          words("the address of eth0", "eth0 的地址"),
          words("the service's own address", "Service 自己的地址"),
          words("the address of cni0", "cni0 的地址"),
        ]),
        answer: (view) => choiceOf(brokenTrace(view)?.summary.sourceChosen),
        because: words(
          "The destination is local on this node, and for a local destination the kernel takes the destination itself as the source.",
          "目的地址是本机地址；对本机地址，内核就用目的地址本身作源地址。",
        ),
      },
    },
    {
      title: words("IPVS rewrites the destination", "IPVS 改写目的地址"),
      text: [
        words(
          "Both nodes translate the destination to a real API server. IPVS leaves the source as it is: that is the work of the nat table.",
          "两个节点都把目的地址换成真实的 API server。IPVS 不动源地址：那是 nat 表的事。",
        ),
      ],
      show: { flow: hostFlow, side: "broken", step: stepOf("ipvs") },
    },
    {
      title: words("The packet without the mark", "没有标记的报文"),
      text: [
        words(
          "On the healthy node a rule in `KUBE-SERVICES` has set the mark `0x4000`, and `KUBE-POSTROUTING` masquerades what bears it. On the broken node nothing has set it.",
          "正常节点的 `KUBE-SERVICES` 打上了 `0x4000`，`KUBE-POSTROUTING` 对带标记的报文做 MASQUERADE。异常节点没有打标记。",
        ),
      ],
      show: { flow: hostFlow, side: "broken", step: stepOf("nat-considered") },
      question: {
        prompt: words(
          "On the broken node, with which source does the packet leave eth0?",
          "异常节点上，报文出 eth0 时的源地址是什么？",
        ),
        choices: addressChoices([
          words("the address of eth0, masqueraded", "eth0 的地址，做了 MASQUERADE"),
          words("unchanged, no SNAT", "保持不变，没有做 SNAT"),
          words("the address of cni0", "cni0 的地址"),
        ]),
        answer: (view) => choiceOf(brokenTrace(view)?.summary.sourceSent),
        because: words(
          "No mark, no masquerade: the source stays the cluster IP.",
          "没有标记就没有 MASQUERADE：源地址仍是 cluster IP。",
        ),
      },
    },
    {
      title: words("The reply is lost", "回包丢失"),
      text: [
        words(
          `The API server answers to ${service}. Outside this node nobody has a route for it. tcpdump on the server shows SYN-ACKs that never arrive.`,
          `API server 把回包发给 ${service}。节点之外没有它的路由。在服务端抓包，能看到一直没有到达的 SYN-ACK。`,
        ),
      ],
      show: { flow: hostFlow, side: "broken", step: lastStep },
    },
    {
      title: words("A test: bind the source", "试验：绑定源地址"),
      text: [
        words(
          `What if the client binds the node's address: \`telnet -b ${nodeAddress} ${service} 443\`?`,
          `如果客户端绑定节点地址：\`telnet -b ${nodeAddress} ${service} 443\`？`,
        ),
      ],
      show: { flow: boundFlow, side: "broken" },
      question: {
        prompt: words("What happens on the broken node?", "异常节点上会怎样？"),
        choices: [{ says: connects }, { says: times }],
        answer: works,
        because: words(
          "With a source that others can answer to, no SNAT is needed.",
          "源地址能被回应，就不需要 SNAT。",
        ),
      },
    },
    {
      title: words("A test: one SNAT rule by hand", "试验：手工加一条 SNAT"),
      text: [
        words(
          `With \`iptables ${manualRule}\` it connects too. So the only thing missing is the rewriting of the source.`,
          `加上 \`iptables ${manualRule}\` 也能连接。所以缺的只是源地址转换。`,
        ),
      ],
      show: { flow: hostFlow, side: "broken", whatIf: [{ kind: "add-rule", side: "broken", rule: manualRule }] },
    },
    {
      title: words("Pods are not affected", "Pod 不受影响"),
      text: [
        words(
          "A pod's own address is routable, so its packets come back without any SNAT, on both nodes.",
          "Pod 自己的地址可路由，因此在两个节点上，不做 SNAT 也能收到回包。",
        ),
      ],
      show: { flow: podFlow, side: "broken" },
    },
    {
      title: words("The wrong fix", "错误的修法"),
      text: [
        words(
          `kube-proxy was started without \`--cluster-cidr\`. The first attempt sets it to the Service range: \`--cluster-cidr=${serviceRange}\`. The rule then says: mark what does not come from ${serviceRange}.`,
          `kube-proxy 启动时没有 \`--cluster-cidr\`。第一次把它设成了 Service 网段：\`--cluster-cidr=${serviceRange}\`。规则于是成了：不是来自 ${serviceRange} 的才打标记。`,
        ),
      ],
      show: { flow: hostFlow, side: "broken", whatIf: [{ kind: "cluster-cidr", side: "broken", cidr: serviceRange }] },
      question: {
        prompt: words("Does that help?", "这样有用吗？"),
        choices: [{ says: connects }, { says: times }],
        answer: works,
        because: words(
          "The packet's source is the cluster IP, which lies in the Service range: the rule leaves out just this packet.",
          "报文的源地址是 cluster IP，正好在 Service 网段里：规则恰恰排除了它。",
        ),
      },
    },
    {
      title: words("The right fix", "正确的修法"),
      text: [
        words(
          `\`--cluster-cidr\` is the range of the pods: \`${podRange}\`. What does not come from a pod is marked, and masqueraded on its way out.`,
          `\`--cluster-cidr\` 是 Pod 网段：\`${podRange}\`。不是来自 Pod 的报文会被打上标记，出去时做 MASQUERADE。`,
        ),
      ],
      show: { flow: hostFlow, side: "broken", whatIf: [{ kind: "cluster-cidr", side: "broken", cidr: podRange }] },
      question: {
        prompt: words("And now?", "现在呢？"),
        choices: [{ says: connects }, { says: times }],
        answer: works,
        because: words(
          "The cluster IP is no pod address: the rule marks the packet, and its source becomes the address of eth0.",
          "cluster IP 不是 Pod 地址：规则打上标记，源地址换成 eth0 的地址。",
        ),
      },
    },
  ],
};
