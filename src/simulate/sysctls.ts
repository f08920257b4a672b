import { words } from "../base/words.ts";
import type { Interface } from "../model/net/symbolic.ts";
import type { Run } from "./run.ts";

type PerDevice = "rp_filter" | "accept_local" | "route_localnet" | "forwarding" | "src_valid_mark";

/** Value when no dump says: what kube-proxy sets, else the kernel's default as most distributions leave it. */
const usual: Readonly<Record<PerDevice, number>> = {
  rp_filter: 0,
  accept_local: 0,
  route_localnet: 0,
  forwarding: 1,
  src_valid_mark: 0,
};

/** How `all` and the device combine (include/linux/inetdevice.h): max for some, or for others; forwarding is the device's. */
export function sysctlOf(run: Run, name: PerDevice, dev: Interface): number {
  const read = (scope: string): number | undefined => {
    const found = run.world.snapshot.sysctls.get(`net.ipv4.conf.${scope}.${name}`);
    return found === undefined ? undefined : Number(found.value);
  };
  const all = read("all");
  const own = typeof dev === "string" ? read(dev) : undefined;
  if (name === "forwarding") {
    const value = own ?? all ?? numberOf(run, "net.ipv4.ip_forward");
    return value ?? assumed(run, name);
  }
  if (all === undefined && own === undefined) return assumed(run, name);
  return Math.max(all ?? 0, own ?? 0);
}

const numberOf = (run: Run, key: string): number | undefined => {
  const found = run.world.snapshot.sysctls.get(key);
  return found === undefined ? undefined : Number(found.value);
};

function assumed(run: Run, name: PerDevice): number {
  if (run.world.fresh) return usual[name];
  if (name === "forwarding")
    return run.assume("sysctl:net.ipv4.ip_forward", {
      answer: true,
      about: words("net.ipv4.ip_forward is 1.", "net.ipv4.ip_forward 为 1。"),
      because: words("kube-proxy sets it when it starts.", "kube-proxy 启动时会设置它。"),
      settledBy: "sysctl net.ipv4.ip_forward",
    })
      ? 1
      : 0;
  if (name === "rp_filter")
    return run.assume("sysctl:rp_filter", {
      answer: true,
      about: words("Strict reverse path filtering is off.", "没有启用严格的反向路径过滤。"),
      because: words(
        "Kubernetes nodes run with loose or no filtering as a rule.",
        "Kubernetes 节点通常为宽松模式或关闭。",
      ),
      settledBy: "sysctl -a | grep rp_filter",
    })
      ? 0
      : 1;
  return usual[name];
}

/** net.bridge.bridge-nf-call-iptables: whether bridged packets meet iptables. */
export function bridgeCallsIptables(run: Run): boolean {
  const value = numberOf(run, "net.bridge.bridge-nf-call-iptables");
  if (value !== undefined) return value !== 0;
  return run.assume("sysctl:net.bridge.bridge-nf-call-iptables", {
    answer: true,
    about: words("net.bridge.bridge-nf-call-iptables is 1.", "net.bridge.bridge-nf-call-iptables 为 1。"),
    because: words(
      "Kubernetes needs it on bridges, and installers set it.",
      "Kubernetes 的网桥需要它，安装程序会设置。",
    ),
    settledBy: "sysctl net.bridge.bridge-nf-call-iptables",
  });
}
