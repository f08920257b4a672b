import { bundle } from "./bundle/bundle.ts";
import { ciliumStatus } from "./cilium-status/cilium-status.ts";
import { conntrackList } from "./conntrack-list/conntrack-list.ts";
import { controlPlaneFlags } from "./control-plane-flags/control-plane-flags.ts";
import { ebtables } from "./ebtables/ebtables.ts";
import { ethtool } from "./ethtool/ethtool.ts";
import type { Format } from "./format.ts";
import { hostname } from "./hostname/hostname.ts";
import { ifconfig } from "./ifconfig/ifconfig.ts";
import { ipAddr } from "./ip-addr/ip-addr.ts";
import { ipJson } from "./ip-json/ip-json.ts";
import { ipNeigh } from "./ip-neigh/ip-neigh.ts";
import { ipRoute } from "./ip-route/ip-route.ts";
import { ipRule } from "./ip-rule/ip-rule.ts";
import { ipsetList } from "./ipset-list/ipset-list.ts";
import { ipsetSave } from "./ipset-save/ipset-save.ts";
import { iptablesCommands } from "./iptables-commands/iptables-commands.ts";
import { iptablesList } from "./iptables-list/iptables-list.ts";
import { iptablesSave } from "./iptables-save/iptables-save.ts";
import { iptablesVersion } from "./iptables-version/iptables-version.ts";
import { ipvsadmConnections } from "./ipvsadm-connections/ipvsadm-connections.ts";
import { ipvsadmList } from "./ipvsadm-list/ipvsadm-list.ts";
import { ipvsadmSave } from "./ipvsadm-save/ipvsadm-save.ts";
import { k3sConfig } from "./k3s-config/k3s-config.ts";
import { kubeProxyConfig } from "./kube-proxy-config/kube-proxy-config.ts";
import { kubeProxyFlags } from "./kube-proxy-flags/kube-proxy-flags.ts";
import { kubeProxyLog } from "./kube-proxy-log/kube-proxy-log.ts";
import { kubectlDescribe } from "./kubectl-describe/kubectl-describe.ts";
import { kubectlGet } from "./kubectl-get/kubectl-get.ts";
import { kubectlVersion } from "./kubectl-version/kubectl-version.ts";
import { lsmod } from "./lsmod/lsmod.ts";
import { netfilterLog } from "./netfilter-log/netfilter-log.ts";
import { nftList } from "./nft-list/nft-list.ts";
import { nftMonitor } from "./nft-monitor/nft-monitor.ts";
import { osRelease } from "./os-release/os-release.ts";
import { procNet } from "./proc-net/proc-net.ts";
import { routeN } from "./route-n/route-n.ts";
import { ss } from "./ss/ss.ts";
import { sysctl } from "./sysctl/sysctl.ts";
import { tcpdump } from "./tcpdump/tcpdump.ts";
import { tshark } from "./tshark/tshark.ts";
import { uname } from "./uname/uname.ts";
import { xtablesMonitor } from "./xtables-monitor/xtables-monitor.ts";

/** Every format natlens reads. Where two claim a line equally, the first has it. */
export const formats: readonly Format[] = [
  ebtables,
  iptablesSave,
  iptablesCommands,
  iptablesList,
  ipsetSave,
  ipvsadmSave,
  ipvsadmList,
  ipvsadmConnections,
  ipsetList,
  ipJson,
  ipAddr,
  ifconfig,
  ipRoute,
  ipRule,
  ipNeigh,
  routeN,
  procNet,
  sysctl,
  tcpdump,
  tshark,
  xtablesMonitor,
  nftMonitor,
  netfilterLog,
  kubectlGet,
  kubectlDescribe,
  kubeProxyConfig,
  k3sConfig,
  controlPlaneFlags,
  kubeProxyFlags,
  kubeProxyLog,
  nftList,
  ciliumStatus,
  conntrackList,
  uname,
  osRelease,
  iptablesVersion,
  lsmod,
  ethtool,
  ss,
  kubectlVersion,
  hostname,
  bundle,
];
