import { words } from "../base/words.ts";
import type { Family } from "../model/net/ip.ts";
import type { Interface } from "../model/net/symbolic.ts";
import type { Run } from "./run.ts";

type PerDevice = "rp_filter" | "accept_local" | "route_localnet" | "src_valid_mark";

/** Value when no dump says: what kube-proxy sets, else the kernel's default as most distributions leave it. */
const usual: Readonly<Record<PerDevice, number>> = {
  rp_filter: 0,
  accept_local: 0,
  route_localnet: 0,
  src_valid_mark: 0,
};

/** How `all` and the device combine (include/linux/inetdevice.h): max for some, or for others. */
export function sysctlOf(run: Run, name: PerDevice, dev: Interface): number {
  const read = (scope: string): number | undefined => {
    const found = run.world.snapshot.sysctls.get(`net.ipv4.conf.${scope}.${name}`);
    return found === undefined ? undefined : Number(found.value);
  };
  const all = read("all");
  const own = typeof dev === "string" ? read(dev) : undefined;
  if (all === undefined && own === undefined) return assumed(run, name);
  return Math.max(all ?? 0, own ?? 0);
}

const numberOf = (run: Run, key: string): number | undefined => {
  const found = run.world.snapshot.sysctls.get(key);
  return found === undefined ? undefined : Number(found.value);
};

/**
 * Whether what comes in by a device is forwarded: in IPv4 the device decides. In IPv6 it has no say (ip6_forward reads
 * net.ipv6.conf.all.forwarding), but for force_forwarding, which Linux 6.17 brought.
 */
export function forwards(run: Run, family: Family, dev: Interface): boolean {
  const own = (path: string, name: string): number | undefined =>
    typeof dev === "string" ? numberOf(run, `${path}.${dev}.${name}`) : undefined;
  const value =
    family === 4
      ? (own("net.ipv4.conf", "forwarding") ??
        numberOf(run, "net.ipv4.conf.all.forwarding") ??
        numberOf(run, "net.ipv4.ip_forward"))
      : own("net.ipv6.conf", "force_forwarding") || numberOf(run, "net.ipv6.conf.all.forwarding");
  if (value !== undefined) return value !== 0;
  if (run.world.fresh) return true;
  const key = family === 4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
  return run.assume(`sysctl:${key}`, {
    answer: true,
    about: words(`${key} is 1.`, `${key} 为 1。`),
    because: words("kube-proxy sets it when it starts.", "kube-proxy 启动时会设置它。"),
    settledBy: `sysctl ${key}`,
  });
}

function assumed(run: Run, name: PerDevice): number {
  if (run.world.fresh) return usual[name];
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
  if (name === "route_localnet") {
    const guess = run.world.guess({ ask: "route-localnet" });
    if (guess) return run.assume("sysctl:route_localnet", guess) ? 1 : 0;
  }
  return usual[name];
}

/** net.bridge.bridge-nf-call-iptables, -ip6tables: whether bridged packets meet the rules. */
export function bridgeCallsIptables(run: Run, family: Family): boolean {
  const key = `net.bridge.bridge-nf-call-${family === 4 ? "iptables" : "ip6tables"}`;
  const value = numberOf(run, key);
  if (value !== undefined) return value !== 0;
  return run.assume(`sysctl:${key}`, {
    answer: true,
    about: words(`${key} is 1.`, `${key} 为 1。`),
    because: words(
      "Kubernetes needs it on bridges, and installers set it.",
      "Kubernetes 的网桥需要它，安装程序会设置。",
    ),
    settledBy: `sysctl ${key}`,
  });
}
